import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.js';
import { findSystemTool, OPENSSL } from './system-tool.js';

/** Makes a key and a certificate that it signed itself, for 127.0.0.1 and a day. */
export async function makeCertificate(): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bounce-ws-tls-'));
  try {
    const request = ['req', '-x509', '-days', '1', '-nodes', '-subj', '/CN=127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const name = ['-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
    await runCommand(
      await findSystemTool(OPENSSL),
      [...request, ...key, ...name, ...files],
      folder,
    );
    return {
      key: await readFile(join(folder, 'key.pem'), 'utf8'),
      cert: await readFile(join(folder, 'cert.pem'), 'utf8'),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
