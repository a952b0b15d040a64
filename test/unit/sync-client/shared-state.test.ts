import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ReadyState } from '../../../lib/sync-client/ready-state.constants.js';
import { SharedState } from '../../../lib/sync-client/shared-state.js';
import { SpinningWait } from '../../../lib/sync-client/spinning-wait.js';

describe('the shared state of a connection', () => {
  it('is one for both who hold its memory', () => {
    const mine = new SharedState();
    const yours = new SharedState(mine.memory);
    expect([mine.readyState, mine.unread, mine.unsent, mine.isPaused]).toEqual([0, 0, 0, false]);
    yours.readyState = ReadyState.Open;
    expect(yours.addUnread(300)).toBe(300);
    expect(mine.addUnread(-100)).toBe(200);
    mine.addUnsent(50);
    yours.removeUnsent(20);
    yours.pause();
    expect([mine.readyState, yours.unread, mine.unsent, mine.isPaused]).toEqual([1, 200, 30, true]);
  });

  it('lets only one of them end a pause', () => {
    const mine = new SharedState();
    const yours = new SharedState(mine.memory);
    mine.pause();
    expect([mine.endPause(), yours.endPause(), mine.isPaused]).toEqual([true, false, false]);
  });

  it('does not wait for a change that has happened', () => {
    const state = new SharedState();
    const seen = state.sequence;
    state.announce();
    state.waitForChange(seen, Infinity);
    expect(state.sequence).not.toBe(seen);
  });

  it('waits no longer than it is told to', () => {
    const state = new SharedState();
    const start = performance.now();
    state.waitForChange(state.sequence, 50);
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
  });

  it('does not wait for room where there is some, or where nobody will make any', () => {
    const state = new SharedState();
    state.addUnsent(100);
    expect(state.waitUntilSent(100, Infinity)).toBe(true);
    // Not open: what is unsent stays so.
    expect(state.waitUntilSent(99, Infinity)).toBe(true);
    state.readyState = ReadyState.Open;
    state.pause();
    expect(state.waitUntilSent(99, 20)).toBe(false);
  });
});

describe('a wait that spins first', () => {
  it('sees every change, when it comes at once and when it comes late', async () => {
    const cells = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(
      `const cells = require('node:worker_threads').workerData;
       for (let n = 1; n <= 200; n++) {
         Atomics.wait(cells, 1, n - 1);
         if (n % 40 === 0) Atomics.wait(cells, 1, n, 5);
         Atomics.store(cells, 0, n);
         Atomics.notify(cells, 0);
       }`,
      { eval: true, workerData: cells },
    );
    await once(worker, 'online');
    const wait = new SpinningWait();
    for (let n = 1; n <= 200; n++) {
      Atomics.store(cells, 1, n);
      Atomics.notify(cells, 1);
      while (Atomics.load(cells, 0) < n) wait.wait(cells, 0, n - 1, 10_000);
      expect(Atomics.load(cells, 0)).toBe(n);
    }
    await worker.terminate();
  });
});
