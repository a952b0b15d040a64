import { describe, expect, it } from 'vitest';
import { Queue } from '../../../lib/sync-client/queue.js';

describe('a queue', () => {
  it('gives back what was put in, in that order, however both alternate', () => {
    const queue = new Queue<number>();
    const out: (number | undefined)[] = [];
    let next = 0;
    for (let round = 1; round <= 50; round++) {
      for (let n = 0; n < round; n++) queue.push(next++);
      for (let n = 0; n < round / 2; n++) out.push(queue.shift());
    }
    expect(queue.length).toBe(next - out.length);
    while (queue.length > 0) out.push(queue.shift());
    expect(out).toEqual(Array.from({ length: next }, (_, n) => n));
    expect(queue.shift()).toBe(undefined);
  });

  it('does not slow down when it is long', () => {
    const queue = new Queue<number>();
    const length = 500_000;
    for (let n = 0; n < length; n++) queue.push(n);
    let sum = 0;
    for (let n = 0; n < length; n++) sum += queue.shift() ?? NaN;
    expect(sum).toBe((length * (length - 1)) / 2);
  });
});
