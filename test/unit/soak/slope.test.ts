import { describe, expect, it } from 'vitest';
import { slopeOf } from '../../../bench/soak/slope.js';

const HALF_AN_HOUR = Array.from({ length: 60 }, (_, index) => index * 30);

/** Noise between -1 and 1 that is the same in every run. */
const noise = (index: number): number => Math.sin(index * 12.9898) * Math.cos(index * 78.233);

describe('the slope of a memory curve', () => {
  it('is what it grows by in an hour', () => {
    const { perHour, uncertainty } = slopeOf(HALF_AN_HOUR.map((s) => [s, 100 + (s / 3_600) * 5]));
    expect(perHour).toBeCloseTo(5);
    expect(uncertainty).toBeCloseTo(0);
  });

  it('is told with an uncertainty that reaches to the true one', () => {
    const { perHour, uncertainty } = slopeOf(
      HALF_AN_HOUR.map((s, index) => [s, 100 + (s / 3_600) * 5 + noise(index)]),
    );
    expect(Math.abs(perHour - 5)).toBeLessThan(uncertainty);
    expect(uncertainty).toBeGreaterThan(0.1);
    expect(uncertainty).toBeLessThan(3);
  });

  it('is less certain where neighbouring points resemble each other', () => {
    const quick = slopeOf(HALF_AN_HOUR.map((s, index) => [s, noise(index)]));
    const slow = slopeOf(HALF_AN_HOUR.map((s, index) => [s, noise(Math.floor(index / 6))]));
    expect(slow.uncertainty).toBeGreaterThan(quick.uncertainty * 1.5);
  });

  it('of too few points is unknown', () => {
    expect(
      slopeOf([
        [0, 1],
        [30, 2],
      ]).uncertainty,
    ).toBe(Infinity);
  });
});
