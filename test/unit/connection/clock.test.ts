import { describe, expect, it } from 'vitest';
import { Clock } from '../../../lib/connection/index.js';

describe('Clock', () => {
  it.each(['plain', 'offset'] as const)('tells the present time in the style %s', (style) => {
    const clock = new Clock(style);
    for (let n = 0; n < 1_000; n++) {
      const before = Date.now();
      const text = clock.timestamp();
      const after = Date.now();
      expect(text.endsWith('Z')).toBe(style === 'offset');
      const told = Date.parse(style === 'offset' ? text : `${text}Z`);
      expect(told).toBeGreaterThanOrEqual(before);
      expect(told).toBeLessThanOrEqual(after);
    }
  });
});
