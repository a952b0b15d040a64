import { describe, expect, it } from 'vitest';
import { type ErrorCode, ErrorCode as Codes } from '../../../lib/protocol/index.js';
import { closeCodeFor } from '../../../lib/transport/refused-close-code.js';
import { within } from '../../../lib/common/within.js';

describe('the close code of a refused connection', () => {
  const EXPECTED: Readonly<Partial<Record<ErrorCode, number>>> = {
    unauthenticated: 4401,
    invalid_token: 4401,
    expired_token: 4401,
    user_not_found: 4401,
    forbidden: 4403,
    timeout: 4408,
    rate_limited: 4429,
    limit_exceeded: 1013,
    unavailable: 1013,
  };

  it.each(Object.values(Codes))('fits the error %s', (code) => {
    expect(closeCodeFor(code)).toBe(EXPECTED[code] ?? 1011);
  });
});

describe('within()', () => {
  it('gives what the promise gives in time', async () => {
    expect(await within(1_000, Promise.resolve('done'))).toBe('done');
    await expect(within(1_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('rejects with timeout when it takes longer, and what comes later is of no interest', async () => {
    let fail: (reason: Error) => void = () => undefined;
    const slow = new Promise((_resolve, reject) => {
      fail = reject;
    });
    await expect(within(10, slow)).rejects.toMatchObject({ code: 'timeout' });
    fail(new Error('nobody waits for this any more'));
    await new Promise(setImmediate);
  });

  it('leaves no timer behind', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await within(60_000, Promise.resolve());
    await within(60_000, Promise.reject(new Error('failed'))).catch(() => undefined);
    expect(timers()).toBe(before);
  });
});
