import { defineConfig } from 'rolldown';

/** The script that the server hands to browsers (`/bounce-ws/client.js`): the client library and its globals, in one file. */
export default defineConfig({
  input: 'lib/client/browser-global.ts',
  platform: 'browser',
  // Fields that only declare a type are left out, which a tsconfig of ES2022 and later would keep.
  tsconfig: false,
  transform: { target: 'es2022', typescript: { removeClassFieldsWithoutInitializer: true } },
  output: {
    file: 'dist/client/bounce-ws.js',
    format: 'iife',
    minify: true,
    // What is left of them are hints for bundlers, and no bundler reads this file.
    comments: false,
    sourcemap: true,
  },
});
