import { MemoryHistoryStore } from 'bounce-ws';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { HistoryModel } from './support/history-model.js';
import { anySteps } from './support/history-steps.js';

const RUNS = 2_000;

describe('history in memory', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is what a simple model says, whatever is done in which order', async () => {
    const property = fc.asyncProperty(anySteps('wait'), (steps) => {
      const store = new MemoryHistoryStore();
      const model = new HistoryModel({
        stores: [store, store],
        nameOf: (room) => room,
        ttlMs: 1_000,
        wait: (ms) => void vi.advanceTimersByTime(ms),
        forget: () => Promise.reject(new Error('It never does')),
      });
      return model.play(steps);
    });
    await fc.assert(property, { numRuns: RUNS });
  }, 60_000);
});
