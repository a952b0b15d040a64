import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OutputOptions, rolldown, type RolldownOptions } from 'rolldown';
import { loadConfig } from 'rolldown/config';

const MAX_GZIP_BYTES = 8 * 1_024;
const MAX_RECOVERY_GZIP_BYTES = 1_024;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const { output: OUTPUT, ...INPUT } = (await loadConfig(
  `${ROOT}rolldown.config.js`,
)) as RolldownOptions & { output: OutputOptions };

/** Builds a file of the client as `npm run build` builds the served script. */
async function bundle(file: string, output: OutputOptions = OUTPUT) {
  const warnings: string[] = [];
  const build = await rolldown({
    ...INPUT,
    input: `${ROOT}lib/client/${file}`,
    onLog: (_level, { message }) => void warnings.push(message),
  });
  const { output: files } = await build.generate(output);
  await build.close();
  expect(warnings).toEqual([]);
  expect(files.filter(({ type }) => type === 'chunk')).toHaveLength(1);
  return files[0];
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

  it('tells debuggers where it came from', () => {
    expect(script).toMatch(/\n\/\/# sourceMappingURL=bounce-ws\.js\.map\s*$/);
  });

  it('has nothing of what brings missed messages back, which is a module of less than 1 KB', async () => {
    const { code, imports } = await bundle('recovery/index.ts', { format: 'esm', minify: true });
    expect(imports).toEqual([]);
    expect(gzipSync(code).length).toBeLessThan(MAX_RECOVERY_GZIP_BYTES);
    expect(code).toContain('hello');
    expect(script).not.toContain('hello');
  });

  it('is a module without imports, neither of ws nor of Node', async () => {
    const { imports, code } = await bundle('index.ts', { format: 'esm', minify: true });
    expect(imports).toEqual([]);
    expect(code).not.toMatch(/\bimport\b/);
  }, 30_000);
});
