import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.js';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const DEPLOYED = {
  globalSetup: 'test/conformance/support/deployment.ts',
  // Waits on all kinds of servers at once, in the project `conformance`.
  exclude: ['**/99-waiting.test.ts'],
};

/** The conformance suite, whatever it is to run against. */
const conformance = (
  test: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    include: ['test/conformance/**/*.test.ts'],
    testTimeout: 10_000,
    hookTimeout: 30_000,
    fileParallelism: false,
    maxConcurrency: 50,
    sequence: { groupOrder: 1 },
    ...test,
  },
});

/** Projects run one after another, so that what measures time never shares the machine with another kind of test. */
export default defineConfig({
  resolve: {
    // Tests import the package as its users do, in Node, and get it from the sources.
    alias: [
      { find: /^bounce-ws$/, replacement: source('lib/index.ts') },
      { find: /^bounce-ws\/jwt$/, replacement: source('lib/jwt/index.ts') },
      { find: /^bounce-ws\/client$/, replacement: source('lib/client/node.ts') },
      { find: /^bounce-ws\/redis$/, replacement: source('lib/redis/index.ts') },
      {
        find: /^bounce-ws\/codecs\/(.+)$/,
        replacement: source('lib/protocol/codecs/$1.codec.ts'),
      },
    ],
  },
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 5_000,
          sequence: { groupOrder: 0 },
        },
      },
      conformance({ name: 'conformance' }),
      // The same suite on servers in processes of their own. Somebody else's servers are checked once.
      ...(process.env['CONFORMANCE_URL'] === undefined
        ? [
            conformance({ name: 'conformance-redis', ...DEPLOYED, provide: { processes: 1 } }),
            conformance({ name: 'conformance-nodes', ...DEPLOYED, provide: { processes: 3 } }),
          ]
        : []),
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 15_000,
          // Every test starts and closes its own app; loading Nest anew for each file would take half the time.
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'hostile',
          include: ['test/hostile/**/*.test.ts'],
          // Long enough for what the server itself gives ten seconds.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          // What breaks takes seconds to be noticed, and to heal; these tests wait for both.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          maxConcurrency: 10,
          sequence: { groupOrder: 6 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 30_000,
          // Long enough to install a Chromium where there is none.
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          testTimeout: 60_000,
          // Long enough to install an application.
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'docs',
          include: ['test/docs/**/*.test.ts'],
          isolate: false,
          testTimeout: 20_000,
          // Long enough to install a Chromium where there is none.
          hookTimeout: 600_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
