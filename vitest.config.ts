import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';
import { SummaryReporter } from './test/support/summary-reporter.js';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Loading Nest anew for each file would take as long as the tests; each of them starts and closes its own app. */
const SHARED_MODULES = { isolate: false };

/** As many as there are cores: for what works as much as it waits. */
const TWO_AT_ONCE = { maxWorkers: 2 };

/** For what waits more than it works. */
const THREE_AT_ONCE = { maxWorkers: 3 };

/** One file after another, where delays are judged: another one that starts processes would be seen in them. */
const ALONE = { fileParallelism: false };

/** How long what a test waits for may take on a busy machine. What has to come sooner says so itself. */
const PATIENCE_MS = 4_000;

/** Every tick counts, or the whole machine is put under load: these have it for themselves. */
const MEASURED = [
  'test/e2e/senders/rate.test.ts',
  'test/faults/soak/soak.test.ts',
  'test/hostile/one-write.test.ts',
];

/** Servers in processes of their own. One file after another has them to itself: what happens on one concerns all its clients. */
const DEPLOYED = {
  globalSetup: 'test/conformance/support/deployment.ts',
  // Waits on all kinds of servers at once, in the project `conformance`.
  exclude: ['**/99-waiting.test.ts'],
  sequence: { groupOrder: 1 },
  ...ALONE,
};

/** The conformance suite, whatever it is to run against. */
const conformance = (
  test: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    include: ['test/conformance/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    maxConcurrency: 50,
    ...SHARED_MODULES,
    ...test,
  },
});

/** Groups of projects run one after another, so that what measures time never shares the machine with another kind of test. */
export default defineConfig({
  resolve: {
    // Tests import the package as its users do, in Node, and get it from the sources.
    alias: [
      { find: /^bounce-ws$/, replacement: source('lib/index.ts') },
      { find: /^bounce-ws\/jwt$/, replacement: source('lib/jwt/index.ts') },
      { find: /^bounce-ws\/client$/, replacement: source('lib/client/node.ts') },
      {
        find: /^bounce-ws\/client\/recovery$/,
        replacement: source('lib/client/recovery/index.ts'),
      },
      { find: /^bounce-ws\/redis$/, replacement: source('lib/redis/index.ts') },
      {
        find: /^bounce-ws\/codecs\/(.+)$/,
        replacement: source('lib/protocol/codecs/$1.codec.ts'),
      },
    ],
  },
  test: {
    reporters: ['default', new SummaryReporter()],
    expect: { poll: { timeout: PATIENCE_MS } },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
          ...TWO_AT_ONCE,
        },
      },
      conformance({ name: 'conformance', sequence: { groupOrder: 0 }, ...TWO_AT_ONCE }),
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
          exclude: MEASURED,
          // Some start three processes before each test.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 2 },
          ...SHARED_MODULES,
          ...THREE_AT_ONCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'hostile',
          include: ['test/hostile/**/*.test.ts'],
          exclude: MEASURED,
          // Long enough for what the server itself gives ten seconds.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 3 },
          ...SHARED_MODULES,
          ...THREE_AT_ONCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: 'test/support/install-chromium.ts',
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 4 },
          ...TWO_AT_ONCE,
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
          sequence: { groupOrder: 4 },
          ...TWO_AT_ONCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'docs',
          include: ['test/docs/**/*.test.ts'],
          globalSetup: 'test/support/install-chromium.ts',
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 4 },
          ...SHARED_MODULES,
          ...TWO_AT_ONCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/*.test.ts'],
          // What breaks takes seconds to be noticed, and to heal; these tests wait for both.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 5 },
          ...SHARED_MODULES,
          ...THREE_AT_ONCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'deployments',
          include: ['test/faults/*/**/*.test.ts'],
          globalSetup: 'test/faults/support/deployment/build-scripts.ts',
          exclude: MEASURED,
          testTimeout: 90_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 6 },
          ...SHARED_MODULES,
          ...ALONE,
        },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          include: MEASURED,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 7 },
          ...ALONE,
        },
      },
    ],
  },
});
