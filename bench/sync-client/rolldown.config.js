import { defineConfig } from 'rolldown';

/** Compiles the benchmark and the library from their sources, file by file; the network thread is a file of its own. */
export default defineConfig({
  input: [
    'bench/sync-client/main.ts',
    'bench/sync-client/echo.server.ts',
    'lib/sync-client/worker.ts',
  ],
  platform: 'node',
  // Gives the decorator metadata and, through its `paths`, `bounce-ws` from `lib/`.
  tsconfig: 'tsconfig.json',
  // Everything installed stays an import; the helpers of the decorators come from the compiler itself.
  external: (id) => !/^(\.|\/|bounce-ws|@oxc-project\/runtime\/)/.test(id),
  output: { dir: 'bench/sync-client/dist', format: 'esm', preserveModules: true, cleanDir: true },
});
