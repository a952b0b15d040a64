import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../lib/connection/token-bucket.js';

const NOW = 1_000_000;

/** How many of so many attempts at one time get through. */
function takes(bucket: TokenBucket, nowMs: number, attempts = 1_000): number {
  return Array.from({ length: attempts }, () => bucket.take(nowMs)).filter(Boolean).length;
}

describe('TokenBucket', () => {
  it('lets a burst through and not one more', () => {
    expect(takes(new TokenBucket({ perSecond: 100, burst: 200 }, NOW), NOW)).toBe(200);
  });

  it('fills at its rate, however often it is asked', () => {
    const often = new TokenBucket({ perSecond: 100, burst: 200 }, NOW);
    const seldom = new TokenBucket({ perSecond: 100, burst: 200 }, NOW);
    takes(often, NOW);
    takes(seldom, NOW);
    let taken = 0;
    for (let ms = 1; ms <= 1_000; ms++) taken += takes(often, NOW + ms, 5);
    expect(taken).toBeGreaterThanOrEqual(99);
    expect(taken).toBeLessThanOrEqual(100);
    expect(takes(seldom, NOW + 1_000)).toBe(100);
  });

  it('never holds more than a burst', () => {
    const bucket = new TokenBucket({ perSecond: 100, burst: 200 }, NOW);
    expect(takes(bucket, NOW + 3_600_000)).toBe(200);
  });

  it('lets the steady rate pass for ever', () => {
    const bucket = new TokenBucket({ perSecond: 60, burst: 1 }, NOW);
    for (let n = 0; n < 6_000; n++) {
      expect(bucket.take(NOW + n * (1_000 / 60) + n * 1e-6)).toBe(true);
    }
  });

  it('fills slower than one a second, too', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, NOW);
    expect(bucket.take(NOW)).toBe(true);
    expect(bucket.take(NOW + 999)).toBe(false);
    expect(bucket.take(NOW + 1_000)).toBe(true);
  });

  it('survives a clock that is set back: nothing is taken away, and it goes on from there', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 10 }, NOW);
    expect(takes(bucket, NOW, 5)).toBe(5);
    expect(takes(bucket, NOW - 3_600_000, 3)).toBe(3);
    expect(takes(bucket, NOW - 3_600_000)).toBe(2);
    expect(takes(bucket, NOW - 3_600_000 + 500)).toBe(5);
  });
});
