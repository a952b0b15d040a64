import { defineConfig } from 'vitest/config';
import { FaultReporter } from './test/faults/support/deployment/fault-reporter.js';
import { SummaryReporter } from './test/support/summary-reporter.js';
import shared from './vitest.config.js';

/** The faults at their full length, one after another; what they see is kept in `bench/fault-results.md`. */
export default defineConfig({
  resolve: shared.resolve ?? {},
  test: {
    name: 'faults-long',
    include: ['test/faults/{deployment,history}/**/*.{test,long}.ts'],
    globalSetup: 'test/faults/support/deployment/build-scripts.ts',
    env: { FAULTS: 'full' },
    testTimeout: 600_000,
    fileParallelism: false,
    maxConcurrency: 1,
    reporters: ['default', new FaultReporter(), new SummaryReporter()],
  },
});
