import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadlineQueue } from '../../../lib/auth/deadline.queue.js';

const DAY_MS = 86_400_000;

describe('DeadlineQueue', () => {
  let due: string[];
  let queue: DeadlineQueue<string>;

  beforeEach(() => {
    vi.useFakeTimers();
    due = [];
    queue = new DeadlineQueue((item) => due.push(item));
  });

  afterEach(() => {
    queue.clear();
    vi.useRealTimers();
  });

  const inMs = (ms: number, item: string) => queue.add(Date.now() + ms, item);

  it('says what is due when it is due, in that order', () => {
    for (const ms of [300, 100, 200]) inMs(ms, `${ms}`);
    vi.advanceTimersByTime(99);
    expect(due).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(due).toEqual(['100']);
    vi.advanceTimersByTime(1_000);
    expect(due).toEqual(['100', '200', '300']);
    expect(queue.size).toBe(0);
  });

  it('has one timer for everything, and none for nothing', () => {
    const deadlines = Array.from({ length: 100 }, (_, index) => inMs(index + 1, `${index}`));
    expect(vi.getTimerCount()).toBe(1);
    for (const deadline of deadlines) queue.remove(deadline);
    expect(vi.getTimerCount()).toBe(0);
    expect(queue.size).toBe(0);
  });

  it('waits for years, which is longer than a timer can', () => {
    inMs(3 * 365 * DAY_MS, 'years');
    inMs(2 ** 31 + 10, 'just too long');
    vi.advanceTimersByTime(2 ** 31 + 9);
    expect(due).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(due).toEqual(['just too long']);
    vi.setSystemTime(Date.now() + 3 * 365 * DAY_MS);
    vi.advanceTimersByTime(60_000);
    expect(due).toEqual(['just too long', 'years']);
  });

  it('notices within a minute that the clock was set', () => {
    inMs(DAY_MS, 'tomorrow');
    vi.setSystemTime(Date.now() + DAY_MS);
    vi.advanceTimersByTime(60_000);
    expect(due).toEqual(['tomorrow']);
  });

  it('says what was due long ago at once, and takes additions while it does', () => {
    queue = new DeadlineQueue((item) => {
      due.push(item);
      if (item === 'first') queue.add(0, 'second');
    });
    queue.add(0, 'first');
    vi.advanceTimersByTime(0);
    expect(due).toEqual(['first', 'second']);
  });

  it('keeps the order whatever is added and removed', () => {
    let seed = 7;
    const random = (max: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % max;
    };
    const start = Date.now();
    const expected = new Map<string, number>();
    const deadlines = Array.from({ length: 500 }, (_, index) => {
      const ms = random(1_000);
      expected.set(`${index}`, ms);
      return queue.add(start + ms, `${index}`);
    });
    for (const deadline of deadlines) {
      if (random(3) > 0) continue;
      queue.remove(deadline);
      queue.remove(deadline);
      expected.delete(deadline.item);
    }
    vi.advanceTimersByTime(1_000);
    const times = due.map((item) => expected.get(item));
    expect(times).toHaveLength(expected.size);
    expect(times).toEqual(times.toSorted((a, b) => a! - b!));
  });
});
