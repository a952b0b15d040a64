import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningClock } from '../../support/running-clock.js';

const LONG_MS = 300;
/** A rest that the clock takes for one; what is worked right after a hold may be in it. */
const REST_MS = 20;

describe('the clock of a running process', () => {
  let clock: RunningClock;

  beforeEach(() => {
    clock = new RunningClock();
  });

  afterEach(() => clock.stop());

  it('goes on while the process rests', async () => {
    const startedAt = clock.now();
    // However long the machine holds up this test, which is not counted.
    await expect
      .poll(() => clock.now() - startedAt, { interval: 5 })
      .toBeGreaterThanOrEqual(LONG_MS);
  });

  it('goes on while the process works', () => {
    const startedAt = clock.now();
    const { user, system } = process.cpuUsage();
    const used = (): number => {
      const now = process.cpuUsage();
      return (now.user + now.system - user - system) / 1_000;
    };
    while (used() < LONG_MS);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(LONG_MS - REST_MS - 1);
  });

  it('does not go on while the process works when what is tested runs in others', () => {
    const others = new RunningClock(false);
    const startedAt = others.now();
    const deadline = performance.now() + LONG_MS;
    while (performance.now() < deadline);
    expect(others.now() - startedAt).toBeLessThan(LONG_MS / 2);
    others.stop();
  });

  it('stands still while the process is held', () => {
    const startedAt = clock.now();
    // Nothing of this process runs until the wait is over.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONG_MS);
    expect(clock.now() - startedAt).toBeLessThan(LONG_MS / 2);
  });
});
