import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stayAwayMs } from '../../../lib/client/reconnect-policy.js';
import { CloseCode } from '../../../lib/protocol/index.js';

const LONGEST_MS = 20_000;

/** How long a client without tokens stays away at least. */
const stayAway = (code: number, reason = '') => stayAwayMs({ code, reason }, LONGEST_MS, false);

/** The table of PROTOCOL.md, section 10: what it says about reconnecting, by code. */
const TABLE = new Map(
  readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8')
    .split(/^## /m)
    .find((section) => section.startsWith('10 '))!
    .split('\n')
    .flatMap((line) => {
      const [, code, , reconnect] = line.split('|').map((cell) => cell.trim());
      return /^\d+$/.test(code ?? '') ? [[Number(code), reconnect!] as const] : [];
    }),
);

describe('the reconnect policy', () => {
  it('knows every code that PROTOCOL.md knows', () => {
    expect([...TABLE.keys()]).toEqual(expect.arrayContaining(Object.values(CloseCode)));
  });

  it.each([...TABLE].filter(([, reconnect]) => reconnect === 'yes').map(([code]) => code))(
    'tries again after a back-off on %i',
    (code) => {
      expect(stayAway(code)).toBe(0);
    },
  );

  it.each([...TABLE].filter(([, reconnect]) => reconnect === 'no').map(([code]) => code))(
    'stops for good on %i, whatever the reason says',
    (code) => {
      expect(stayAway(code)).toBe(Infinity);
      expect(stayAway(code, 'retry-after=0')).toBe(Infinity);
    },
  );

  it('stops for good on 4401, unless the next connection comes with a new token', () => {
    expect(stayAway(4401, 'retry-after=0')).toBe(Infinity);
    expect(stayAwayMs({ code: 4401, reason: '' }, LONGEST_MS, true)).toBe(0);
  });

  it('waits as long as it ever does after the rate limit', () => {
    expect(stayAway(4429)).toBe(LONGEST_MS);
  });

  it.each([1005, 1014, 3000, 3999])('tries again on %i, which nobody has spoken of', (code) => {
    expect(stayAway(code)).toBe(0);
  });

  it("stops for good on an application's own code, unless a hint comes with it", () => {
    expect([4000, 4100, 4999].map((code) => stayAway(code))).toEqual([
      Infinity,
      Infinity,
      Infinity,
    ]);
    expect(stayAway(4100, 'retry-after=250')).toBe(250);
  });
});

describe("the server's hint", () => {
  it.each([
    ['retry-after=5000', 5_000],
    ['restart; retry-after=5000', 5_000],
    ['retry-after=5000, see you', 5_000],
    ['retry-after=0', 0],
    ['retry-after=1.5', 1],
  ])('%j is %i ms', (reason, ms) => {
    expect(stayAway(1012, reason)).toBe(ms);
    expect(stayAway(4429, reason)).toBe(ms);
  });

  it.each(['retry-after', 'retry-after=', 'retry-after=-5', 'retry-after=soon', 'noretry-after=5'])(
    '%j is none',
    (reason) => {
      expect(stayAway(1012, reason)).toBe(0);
    },
  );

  it('is at most an hour', () => {
    expect(stayAway(1012, 'retry-after=3600000')).toBe(3_600_000);
    expect(stayAway(1012, `retry-after=${'9'.repeat(100)}`)).toBe(3_600_000);
  });
});
