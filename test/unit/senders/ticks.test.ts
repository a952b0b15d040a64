import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { firstValueFrom, take, toArray } from 'rxjs';
import { intervalOf } from '../../../lib/senders/schedule.js';
import { ticks } from '../../../lib/senders/ticks.js';

/** Keeps the event loop from turning. */
function blockFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('ticks()', () => {
  it('come at multiples of the interval from the subscription on, fractions of a millisecond included', async () => {
    const intervalMs = 1_000 / 60;
    const startMs = performance.now();
    const lateness: number[] = [];
    await new Promise<void>((resolve) => {
      const running = ticks(intervalMs).subscribe((tick) => {
        lateness.push(performance.now() - startMs - tick * intervalMs);
        if (lateness.length === 30) {
          running.unsubscribe();
          resolve();
        }
      });
    });
    // Never early, save for a timer's millisecond; and late by what a busy machine is late, but not more with every tick:
    // whole milliseconds would add up to 10 ms here.
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(-1);
    expect(Math.min(...lateness.slice(-10))).toBeLessThan(5);
  });

  it('are numbered from 1', async () => {
    // On a clock that waits for nobody, a machine that is busy for five milliseconds misses one.
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const numbers = firstValueFrom(ticks(5).pipe(take(4), toArray()));
    await vi.advanceTimersByTimeAsync(20);
    expect(await numbers).toEqual([1, 2, 3, 4]);
  });

  it('that were missed are left out, and the rest keeps its times', async () => {
    const intervalMs = 20;
    const startMs = performance.now();
    const numbers: number[] = [];
    const lateness: number[] = [];
    await new Promise<void>((resolve) => {
      const running = ticks(intervalMs).subscribe((tick) => {
        numbers.push(tick);
        lateness.push(performance.now() - startMs - tick * intervalMs);
        if (numbers.length === 2) blockFor(90);
        if (numbers.length === 20) {
          running.unsubscribe();
          resolve();
        }
      });
    });
    // The one that was due meanwhile comes at once, and three at least do not come at all.
    expect(numbers[3]! - numbers[1]!).toBeGreaterThanOrEqual(5);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    // None comes before its time, save for a timer's millisecond. A busy machine is late now and then, but not with every
    // tick: after 90 ms the rest would all be 10 ms off.
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(-1);
    expect(Math.min(...lateness.slice(3))).toBeLessThan(5);
  });

  it('end with the subscription, from inside a tick too', async () => {
    let count = 0;
    const running = ticks(5).subscribe(() => {
      count++;
      running.unsubscribe();
    });
    await firstValueFrom(ticks(30));
    expect(count).toBe(1);
  });
});

describe('intervalOf()', () => {
  it.each([
    [{ rateHz: 1_000 }, 1],
    [{ rateHz: 60 }, 1_000 / 60],
    [{ rateHz: 0.1 }, 10_000],
    [{ intervalMs: 1 }, 1],
    [{ intervalMs: 16.67 }, 16.67],
    [{ intervalMs: 2 ** 31 - 1 }, 2 ** 31 - 1],
  ])('of %j is %d ms', (schedule, intervalMs) => {
    expect(intervalOf(schedule, 'ClockSender')).toBe(intervalMs);
  });

  it.each([
    { rateHz: 0 },
    { rateHz: -60 },
    { rateHz: 1_000.1 },
    { rateHz: 1e-10 },
    { rateHz: Number.NaN },
    { rateHz: Number.POSITIVE_INFINITY },
    { intervalMs: 0 },
    { intervalMs: 0.5 },
    { intervalMs: -1 },
    { intervalMs: 2 ** 31 },
    { intervalMs: Number.NaN },
    { intervalMs: Number.POSITIVE_INFINITY },
  ])('refuses %j with the name of its owner', (schedule) => {
    expect(() => intervalOf(schedule, 'ClockSender')).toThrow(/ClockSender/);
  });
});
