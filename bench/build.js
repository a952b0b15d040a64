import { readdirSync } from 'node:fs';
import { build } from 'rolldown';

const servers = readdirSync('bench/servers', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.server.ts'))
  .map((file) => `bench/servers/${file}`);

/**
 * Compiles the benchmark and the library from their sources, file by file, in about a second. Nothing is merged or
 * minified, so profiles show the functions as they were written, and a build next to it does not change what runs.
 */
await build({
  input: [
    'bench/main.ts',
    'bench/growth/main.ts',
    'bench/load/main.ts',
    'bench/hold/load.ts',
    'bench/soak/main.ts',
    'bench/soak/soak.server.ts',
    'bench/hold/hold.server.ts',
    ...servers,
  ],
  platform: 'node',
  // Gives the decorator metadata and, through its `paths`, `bounce-ws` from `lib/`.
  tsconfig: 'tsconfig.json',
  // Everything installed stays an import; the helpers of the decorators come from the compiler itself.
  external: (id) => !/^(\.|\/|bounce-ws|@oxc-project\/runtime\/)/.test(id),
  output: { dir: 'bench/dist', format: 'esm', preserveModules: true },
});
