import { defineConfig } from 'rolldown';

/** Compiles the server as `test/conformance/rolldown.config.js` compiles the reference server. */
export default defineConfig({
  input: 'test/faults/clock/main.ts',
  platform: 'node',
  tsconfig: 'tsconfig.json',
  external: (id) => !/^(\.|\/|bounce-ws|@oxc-project\/runtime\/)/.test(id),
  output: {
    dir: 'test/faults/clock/dist',
    format: 'esm',
    preserveModules: true,
    sourcemap: true,
  },
});
