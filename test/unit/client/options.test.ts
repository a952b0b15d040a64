import { BounceClient, CLIENT_DEFAULTS } from 'bounce-ws/client';
import { describe, expect, it } from 'vitest';
import { ClientFixture } from './client-fixture.js';

const fixture = new ClientFixture();

/** Options as they come from plain JavaScript, where nobody checked their types. */
const create = (options: Record<string, unknown>) =>
  new BounceClient('ws://127.0.0.1:1/', { autoConnect: false, ...options });

const numbersOf = (options: object): string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    typeof value === 'object'
      ? numbersOf(value as object).map((inner) => `${name}.${inner}`)
      : typeof value === 'number'
        ? [name]
        : [],
  );

const NUMBERS = numbersOf(CLIENT_DEFAULTS);

/** `reconnect.minDelayMs` with a value, as options. */
function optionsWith(path: string, value: unknown): Record<string, unknown> {
  const [name = '', inner] = path.split('.');
  return { [name]: inner === undefined ? value : { [inner]: value } };
}

describe('the numbers among the options of a client', () => {
  it('are all of these', () => {
    expect(NUMBERS).toEqual([
      'reconnect.minDelayMs',
      'reconnect.maxDelayMs',
      'reconnect.stableMs',
      'connectTimeoutMs',
      'requestTimeoutMs',
      'maxPayloadBytes',
      'heartbeat.intervalMs',
      'heartbeat.timeoutMs',
      'offlineQueue.maxMessages',
      'offlineQueue.maxBytes',
    ]);
  });

  it.each(NUMBERS)('are refused by name when they are out of range: %s', (name) => {
    for (const bad of [Number.NaN, -1, -Infinity, Infinity, 2 ** 31, '100', {}, 10n]) {
      const options = optionsWith(name, bad);
      expect(() => create(options)).toThrow(RangeError);
      expect(() => create(options)).toThrow(`${name} must be a number from `);
    }
    for (const good of [1, 2 ** 31 - 1]) {
      expect(() => create(optionsWith(name, good))).not.toThrow();
    }
  });

  it('may be 0, and are those by default where nothing is given', () => {
    for (const name of NUMBERS) {
      for (const none of [0, undefined, null]) {
        expect(() => create(optionsWith(name, none))).not.toThrow();
      }
    }
  });
});

describe('the timeout of one request', () => {
  it('may be longer than any timer', async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.request('add', {}, { timeoutMs: 2 ** 40 });
    peer.ack(await peer.next(), 3);
    expect(await answer).toBe(3);
  });
});
