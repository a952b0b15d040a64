import { defineConfig } from 'rolldown';

/** Compiles the processes of the fault tests, and the library with them, from their sources, file by file. */
export default defineConfig({
  input: ['main', 'crowd', 'flapping'].map((name) => `test/faults/node/${name}.ts`),
  platform: 'node',
  // Gives the decorator metadata and, through its `paths`, `bounce-ws` from `lib/`.
  tsconfig: 'tsconfig.json',
  // Everything installed stays an import; the helpers of the decorators come from the compiler itself.
  external: (id) => !/^(\.|\/|bounce-ws|@oxc-project\/runtime\/)/.test(id),
  output: {
    dir: 'test/faults/node/dist',
    format: 'esm',
    preserveModules: true,
    sourcemap: true,
  },
});
