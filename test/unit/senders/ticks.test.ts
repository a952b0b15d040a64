import { describe, expect, it } from 'vitest';
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
    const at: number[] = [];
    await new Promise<void>((resolve) => {
      const running = ticks(intervalMs).subscribe(() => {
        at.push(performance.now() - startMs);
        if (at.length === 30) {
          running.unsubscribe();
          resolve();
        }
      });
    });
    for (const [index, time] of at.entries()) {
      // Never early; and late by what a busy machine is late, but not more with every tick.
      expect(time).toBeGreaterThanOrEqual((index + 1) * intervalMs - 0.5);
    }
    expect(at.at(-1)).toBeLessThan(33 * intervalMs);
  });

  it('are numbered from 1', async () => {
    expect(await firstValueFrom(ticks(5).pipe(take(4), toArray()))).toEqual([1, 2, 3, 4]);
  });

  it('that were missed are left out, and the rest keeps its times', async () => {
    const startMs = performance.now();
    const seen: { tick: number; at: number }[] = [];
    await new Promise<void>((resolve) => {
      const running = ticks(20).subscribe((tick) => {
        seen.push({ tick, at: performance.now() - startMs });
        if (seen.length === 2) blockFor(90);
        if (seen.length === 5) {
          running.unsubscribe();
          resolve();
        }
      });
    });
    const late = seen[2]!;
    // 40 ms and a stall of 90: the ticks of 60 to 120 ms are one, or none.
    expect(late.at).toBeGreaterThanOrEqual(120);
    const after = seen.slice(3).map(({ at }) => at);
    for (const at of after) expect(at % 20).toBeLessThan(12);
    expect(after[1]! - after[0]!).toBeGreaterThan(8);
    expect(after[0]! - late.at).toBeGreaterThan(0);
    expect(seen.length).toBe(5);
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
