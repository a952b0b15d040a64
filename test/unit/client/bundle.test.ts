import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { rolldown } from 'rolldown';

const MAX_GZIP_BYTES = 8 * 1_024;

function entry(file: string): string {
  return fileURLToPath(new URL(`../../../lib/client/${file}`, import.meta.url));
}

async function bundle(file: string): Promise<{ code: string; imports: readonly string[] }> {
  const warnings: string[] = [];
  const build = await rolldown({
    input: entry(file),
    platform: 'browser',
    transform: { target: 'es2022' },
    onLog: (_level, { message }) => void warnings.push(message),
  });
  const { output } = await build.generate({
    format: file === 'index.ts' ? 'esm' : 'iife',
    minify: true,
    comments: false,
  });
  await build.close();
  expect(warnings).toEqual([]);
  expect(output).toHaveLength(1);
  return output[0];
}

describe('the client in a browser', () => {
  let script: string;

  beforeAll(async () => {
    script = (await bundle('browser-global.ts')).code;
  }, 30_000);

  it('is a script of at most 8 KB, minified and gzipped', () => {
    expect(gzipSync(script).length).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  });

  it('is a plain script that needs no other', () => {
    expect(script).not.toMatch(/\b(import|export)\b|\brequire\(/);
  });

  it('is a module without imports, neither of ws nor of Node', async () => {
    const { imports, code } = await bundle('index.ts');
    expect(imports).toEqual([]);
    expect(code).not.toMatch(/\bimport\b/);
  }, 30_000);
});
