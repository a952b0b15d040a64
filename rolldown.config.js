import { defineConfig } from 'rolldown';

/** The script that the server hands to browsers (`/bounce-ws/client.js`): the client library and its globals, in one file. */
export default defineConfig({
  input: 'lib/client/browser-global.ts',
  platform: 'browser',
  tsconfig: 'tsconfig.json',
  transform: { target: 'es2022' },
  output: {
    file: 'dist/client/bounce-ws.js',
    format: 'iife',
    minify: true,
    // What is left of them are hints for bundlers, and no bundler reads this file.
    comments: false,
    sourcemap: true,
  },
});
