import { defineConfig } from 'rolldown';

/**
 * Compiles a server and the library from their sources, file by file, in well under a second. Nothing is merged or
 * minified: by-name binding reads the parameter names of the compiled handlers.
 *
 * @param {string} input
 * @param {string} dir
 * @returns {import('rolldown').RolldownOptions}
 */
export const compiled = (input, dir) => ({
  input,
  platform: 'node',
  // Gives the decorator metadata and, through its `paths`, `bounce-ws` from `lib/`.
  tsconfig: 'tsconfig.json',
  // Everything installed stays an import; the helpers of the decorators come from the compiler itself.
  external: (id) => !/^(\.|\/|bounce-ws|@oxc-project\/runtime\/)/.test(id),
  output: { dir, format: 'esm', preserveModules: true, sourcemap: true },
});

/** The reference server. */
export default defineConfig(
  compiled('test/conformance/reference-server.ts', 'test/conformance/dist'),
);
