import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackOff } from '../../../lib/client/back-off.js';

const TIMES = { minDelayMs: 500, maxDelayMs: 20_000, stableMs: 10_000 };

/** The first delays of a client whose dice always fall the same way. */
function delays(dice: number, count: number): number[] {
  const backOff = new BackOff(TIMES, () => dice);
  return Array.from({ length: count }, () => backOff.next());
}

describe('the back-off', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('never waits less than the shortest delay', () => {
    expect(delays(0, 6)).toEqual([500, 500, 500, 500, 500, 500]);
  });

  it('doubles the longest possible wait up to the cap, and jitters below the cap', () => {
    expect(delays(1, 6)).toEqual([3_000, 6_000, 12_000, 20_000, 20_000, 20_000]);
    expect(delays(0.5, 6)).toEqual([1_750, 3_250, 6_250, 10_250, 10_250, 10_250]);
  });

  it('stays at the cap however long the server is away', () => {
    expect(delays(1, 2_000).at(-1)).toBe(20_000);
  });

  it('lets at most half of the clients of a dead server come back in the same second', () => {
    const perSecond = new Map<number, number>();
    for (let client = 0; client < 2_000; client++) {
      const second = Math.floor(new BackOff(TIMES).next() / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(1_000);
  });

  it('starts over after a connection that held for the stable time', () => {
    const backOff = new BackOff(TIMES, () => 1);
    expect([backOff.next(), backOff.next()]).toEqual([3_000, 6_000]);
    backOff.opened();
    vi.advanceTimersByTime(10_000);
    expect(backOff.next()).toBe(3_000);
  });

  it('goes on where it was after a connection that broke sooner', () => {
    const backOff = new BackOff(TIMES, () => 1);
    backOff.next();
    backOff.opened();
    vi.advanceTimersByTime(9_999);
    expect(backOff.next()).toBe(6_000);
    expect(backOff.next()).toBe(12_000);
  });
});
