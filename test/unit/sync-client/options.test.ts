import { describe, expect, it } from 'vitest';
import { SYNC_CLIENT_DEFAULTS, SyncBounceClient } from '../../../lib/sync-client/index.js';

/** Options as they come from plain JavaScript. A server is not needed: nothing is opened with options that are wrong. */
const create = (options: Record<string, unknown>) =>
  new SyncBounceClient('ws://127.0.0.1:1/', options);

const { heartbeat, ...flat } = SYNC_CLIENT_DEFAULTS;
const NUMBERS = [
  ...Object.keys(flat),
  ...Object.keys(heartbeat).map((name) => `heartbeat.${name}`),
];

describe('the numbers among the options of SyncBounceClient', () => {
  it('are all of these', () => {
    expect(NUMBERS).toEqual([
      'connectTimeoutMs',
      'requestTimeoutMs',
      'closeTimeoutMs',
      'maxPayloadBytes',
      'maxUnreadBytes',
      'maxUnsentBytes',
      'heartbeat.intervalMs',
      'heartbeat.timeoutMs',
    ]);
  });

  it.each(NUMBERS)('are refused by name when they are out of range: %s', (name) => {
    const [outer = '', inner] = name.split('.');
    for (const bad of [Number.NaN, 0, -1, -Infinity, Infinity, 2 ** 31, '100', {}, 10n]) {
      const options = { [outer]: inner === undefined ? bad : { [inner]: bad } };
      expect(() => create(options)).toThrow(RangeError);
      expect(() => create(options)).toThrow(`${name} must be a number from 1 to 2147483647`);
    }
  });
});
