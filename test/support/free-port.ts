import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Out of these, and up to 10 000 more, no system gives any to who asks for port 0 or connects. The ones below have another
 * that browsers and `fetch()` refuse to connect to: 10 080.
 */
const FIRST_PORT = 10_100;
const LAST_PORT = 22_000;
/** A file for each port that was given to somebody, who listens there within a minute. */
const RESERVATIONS = join(tmpdir(), 'bounce-ws-ports');
const RESERVED_MS = 60_000;

/**
 * A port of 127.0.0.1 that nobody uses now, and that no other test gets within a minute, in whichever process.
 *
 * @param alsoFree - how much higher another port has to be free as well: that of a Redis Cluster's bus
 */
export async function freePort(alsoFree = 0): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    const ports = alsoFree === 0 ? [port] : [port, port + alsoFree];
    if ((await areUnused(ports)) && (await reserve(ports))) return port;
  }
}

async function reserve(ports: readonly number[]): Promise<boolean> {
  await mkdir(RESERVATIONS, { recursive: true });
  for (const port of ports) if (!(await reserveOne(join(RESERVATIONS, String(port))))) return false;
  return true;
}

async function reserveOne(file: string): Promise<boolean> {
  try {
    await writeFile(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // Of a minute ago: free for whoever comes next.
  const reservedAt = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    // Somebody has just removed it.
    () => Date.now(),
  );
  if (Date.now() - reservedAt > RESERVED_MS) await rm(file, { force: true });
  return false;
}

async function areUnused(ports: readonly number[]): Promise<boolean> {
  return (await Promise.all(ports.map(isUnused))).every(Boolean);
}

async function isUnused(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await close(server);
  return true;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
