import { ConfigurationError, DEFAULTS } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../lib/bounce-ws.options.js';

/** Options as they come from JavaScript or from the environment, where nobody checked their types. */
const resolve = (options: Record<string, unknown>) => resolveOptions(options);

const NUMBERS = Object.entries(DEFAULTS)
  .filter(([, value]) => typeof value === 'number')
  .map(([name]) => name);

describe('the defaults', () => {
  it('are those that are documented', () => {
    expect(resolveOptions()).toEqual({
      endpoints: [{ path: '/' }],
      origins: [],
      maxPayloadBytes: 64 * 1024,
      maxFragments: 1_024,
      maxPendingPongs: 60,
      compression: false,
      maxConnections: 10_000,
      connectionsPerAddress: false,
      trustedProxies: false,
      handshakeTimeoutMs: 10_000,
      closeTimeoutMs: 2_000,
      shutdownTimeoutMs: 10_000,
      serveClient: true,
      hooks: {},
      heartbeatIntervalMs: 25_000,
      heartbeatTimeoutMs: 10_000,
      connectionsPerUser: 20,
      connectionsPerUserPolicy: 'refuse',
      maxQueuedBytes: 1024 * 1024,
      rateLimit: { perSecond: 100, burst: 200 },
      requestTimeoutMs: 10_000,
      timestamps: 'plain',
      evalJs: false,
      handlerTimeoutMs: 10_000,
      concurrency: 1,
      maxPendingMessages: 256,
      staleMessages: 'drop',
      maxDepth: 32,
      maxKeys: 1_000,
      streamsPerConnection: 128,
      middleware: [],
      roomsPerConnection: 128,
      subscriptionsPerConnection: 128,
      namesPerSubscribe: 100,
      history: false,
      auth: false,
      slowReaders: 'disconnect',
      presence: {
        graceMs: 5_000,
        leaseMs: 10_000,
        diffIntervalMs: 100,
        maxMetaBytes: 1_024,
        lastSeenTtlMs: 7 * 24 * 60 * 60 * 1_000,
      },
    });
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(DEFAULTS)).toBe(true);
    expect(Object.isFrozen(DEFAULTS.rateLimit)).toBe(true);
    expect(Object.isFrozen(DEFAULTS.endpoints[0])).toBe(true);
  });

  it('hold for what is undefined, as for what is left out', () => {
    expect(resolve({ maxDepth: undefined, rateLimit: undefined })).toEqual(resolveOptions());
  });
});

describe('resolveOptions()', () => {
  it('takes what is given and leaves the rest', () => {
    expect(resolve({ maxDepth: 5, serveClient: false })).toEqual({
      ...resolveOptions(),
      maxDepth: 5,
      serveClient: false,
    });
  });

  it('leaves what it was given as it was', () => {
    const options = Object.freeze({ maxDepth: 5 });
    expect(resolveOptions(options)).not.toBe(options);
  });

  it.each(NUMBERS)('refuses a bad number for %s by its name', (name) => {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => resolve({ [name]: bad })).toThrow(ConfigurationError);
      expect(() => resolve({ [name]: bad })).toThrow(new RegExp(`\\b${name}\\b`));
    }
    expect(resolve({ [name]: 1 })).toMatchObject({ [name]: 1 });
  });

  it.each(NUMBERS)('refuses what is no number for %s by its name', (name) => {
    for (const bad of ['100', '', null, true, {}, [1], 10n]) {
      expect(() => resolve({ [name]: bad })).toThrow(ConfigurationError);
      expect(() => resolve({ [name]: bad })).toThrow(new RegExp(`\\b${name}\\b`));
    }
  });

  it('refuses a time that is longer than a timer can be', () => {
    for (const name of NUMBERS.filter((option) => option.endsWith('Ms'))) {
      expect(() => resolve({ [name]: 2 ** 31 })).toThrow(new RegExp(name));
      expect(resolve({ [name]: 2 ** 31 - 1 })).toMatchObject({ [name]: 2 ** 31 - 1 });
    }
  });

  it.each([
    [{ perSecond: 0, burst: 1 }, 'rateLimit.perSecond'],
    [{ perSecond: Number.NaN, burst: 1 }, 'rateLimit.perSecond'],
    [{ perSecond: 1, burst: 0 }, 'rateLimit.burst'],
    [{ perSecond: 1, burst: -5 }, 'rateLimit.burst'],
    [{ perSecond: 1 }, 'rateLimit.burst'],
    [{ burst: 1 }, 'rateLimit.perSecond'],
    [{}, 'rateLimit.perSecond'],
    [{ perSecond: '10', burst: 1 }, 'rateLimit.perSecond'],
  ])('refuses the rate limit %j by the name of what is wrong', (rateLimit, name) => {
    expect(() => resolve({ rateLimit })).toThrow(ConfigurationError);
    expect(() => resolve({ rateLimit })).toThrow(name);
  });

  it.each([null, true, 100])('refuses the rate limit %j', (rateLimit) => {
    expect(() => resolve({ rateLimit })).toThrow(/rateLimit/);
  });

  it('takes false for a rate limit', () => {
    expect(resolve({ rateLimit: false }).rateLimit).toBe(false);
  });

  it('takes each field of presence on its own', () => {
    expect(resolve({ presence: { graceMs: 0, leaseMs: undefined } }).presence).toEqual({
      ...DEFAULTS.presence,
      graceMs: 0,
    });
  });

  it.each([
    [{ graceMs: -1 }, 'presence.graceMs'],
    [{ leaseMs: 0 }, 'presence.leaseMs'],
    [{ diffIntervalMs: '100' }, 'presence.diffIntervalMs'],
    [{ lastSeenTtlMs: 2 ** 31 }, 'presence.lastSeenTtlMs'],
  ])('refuses the presence %j by the name of what is wrong', (presence, name) => {
    expect(() => resolve({ presence })).toThrow(name);
  });

  it('fills in what auth leaves out', () => {
    const authenticator = { authenticate: () => null };
    expect(resolve({ auth: { authenticator, required: undefined } }).auth).toEqual({
      authenticator,
      required: true,
      timeoutMs: 10_000,
      renewBeforeMs: 30_000,
    });
  });

  it('refuses an empty list of endpoints', () => {
    expect(() => resolve({ endpoints: [] })).toThrow(/endpoints/);
  });

  it.each([
    'app.example.com',
    'https://app.example.com/path',
    'https://app.example.com:443',
    'https://',
    '',
    42,
    null,
  ])('refuses %j in origins, which no browser would ever send', (origin) => {
    expect(() => resolve({ origins: [origin] })).toThrow(ConfigurationError);
    expect(() => resolve({ origins: [origin] })).toThrow(/origins/);
  });

  it.each([
    '*',
    'null',
    'https://app.example.com',
    'HTTP://localhost:5173/',
    'capacitor://localhost',
  ])('takes %s in origins', (origin) => {
    expect(resolve({ origins: [origin] }).origins).toEqual([origin]);
  });

  it.each(['slowReaders', 'staleMessages', 'timestamps'])(
    'refuses a word that is none of those that %s knows',
    (name) => {
      expect(() => resolve({ [name]: 'sometimes' })).toThrow(new RegExp(`${name} must be one of`));
    },
  );

  it.each(['connectionsPerAddress', 'trustedProxies'])('takes a number or false for %s', (name) => {
    expect(resolve({ [name]: 2 })).toMatchObject({ [name]: 2 });
    expect(resolve({ [name]: false })).toMatchObject({ [name]: false });
    for (const bad of [0, true, '1']) expect(() => resolve({ [name]: bad })).toThrow(name);
  });

  it.each([1, null, 'on', { thresholdBytes: 0 }])('refuses %j for compression', (compression) => {
    expect(() => resolve({ compression })).toThrow(/compression/);
  });
});
