import { inspect } from 'node:util';
import {
  type AuthOptions,
  resolveAuthentication,
  type ResolvedAuthenticationOptions,
} from './auth/index.js';
import {
  assertInRange,
  assertOneOf,
  assertSwitchable,
  ConfigurationError,
} from './common/index.js';
import type { ConnectionOptions, RateLimit, SlowReaderPolicy } from './connection/index.js';
import type { EngineOptions } from './engine/index.js';
import {
  type HistoryOptions,
  type ResolvedHistorySettings,
  resolveHistory,
} from './history/index.js';
import type {
  PresenceOptions,
  PresenceSettings,
  ResolvedPresenceSettings,
} from './presence/index.js';
import type { RoomsOptions } from './rooms/index.js';
import type { RoutingOptions } from './routing/index.js';
import type { SendersOptions } from './senders/index.js';
import { CODEC_NAMES, type CompressionOptions, type TransportOptions } from './transport/index.js';

/** Everything that can be set; each area's part is described where it belongs. */
export interface BounceWsOptions
  extends
    TransportOptions,
    ConnectionOptions,
    RoutingOptions,
    RoomsOptions,
    HistoryOptions,
    SendersOptions,
    PresenceOptions,
    EngineOptions,
    AuthOptions {}

type Replaceable = 'router' | 'roomManager' | 'engine';

/** The options with every default filled in. */
export type ResolvedOptions = Required<
  Omit<BounceWsOptions, Replaceable | 'presence' | 'auth' | 'history'>
> &
  Pick<BounceWsOptions, Replaceable> & {
    readonly presence: ResolvedPresenceSettings;
    readonly history: ResolvedHistorySettings | false;
    readonly auth: ResolvedAuthenticationOptions | false;
  };

/** What holds for everything that is not set. */
export const DEFAULTS: Readonly<ResolvedOptions> = deepFreeze({
  endpoints: [{ path: '/' }],
  origins: [],
  maxPayloadBytes: 65_536,
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
  maxQueuedBytes: 1_048_576,
  connectionsPerUser: 20,
  connectionsPerUserPolicy: 'refuse',
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
  slowReaders: 'disconnect',

  presence: {
    graceMs: 5_000,
    leaseMs: 10_000,
    diffIntervalMs: 100,
    maxMetaBytes: 1_024,
    lastSeenTtlMs: 604_800_000,
  },

  history: false,

  auth: false,
});

/**
 * Fills in the defaults and checks every number.
 *
 * @throws ConfigurationError naming the option that is wrong
 */
export function resolveOptions(options: BounceWsOptions = {}): ResolvedOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const { auth } = options;
  const resolved: ResolvedOptions = {
    ...DEFAULTS,
    ...Object.fromEntries(given),
    presence: resolvePresence(options.presence),
    history: resolveHistory(options.history),
    auth: auth === undefined || auth === false ? false : resolveAuthentication(auth),
  };
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (typeof value === 'number') assertInRange(name, Reflect.get(resolved, name));
  }
  assertSwitchable('connectionsPerAddress', resolved.connectionsPerAddress);
  assertSwitchable('trustedProxies', resolved.trustedProxies);
  for (const [name, choices] of Object.entries(CHOICES)) {
    assertOneOf(name, Reflect.get(resolved, name), choices);
  }
  assertRateLimit(resolved.rateLimit);
  assertCompression(resolved.compression);
  assertOrigins(resolved.origins);
  if (resolved.endpoints.length === 0) {
    throw new ConfigurationError('The option endpoints needs at least one endpoint');
  }
  for (const { codec } of resolved.endpoints) {
    if (codec !== undefined) for (const choice of [codec].flat()) assertCodec(choice);
  }
  if (resolved.auth !== false) assertAuthentication(resolved.auth);
  return resolved;
}

function resolvePresence(options: PresenceSettings = {}): ResolvedPresenceSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const presence: ResolvedPresenceSettings = { ...DEFAULTS.presence, ...Object.fromEntries(given) };
  for (const name of Object.keys(DEFAULTS.presence)) {
    assertInRange(`presence.${name}`, Reflect.get(presence, name), name === 'graceMs' ? 0 : 1);
  }
  return presence;
}

function assertAuthentication({
  authenticator,
  required,
  timeoutMs,
  renewBeforeMs,
}: ResolvedAuthenticationOptions): void {
  const { authenticate } = Object(authenticator) as { authenticate?: unknown };
  if (typeof authenticator !== 'function' && typeof authenticate !== 'function') {
    throw new ConfigurationError(
      'The option auth.authenticator must be an Authenticator, or a class of one',
    );
  }
  if (typeof required !== 'boolean') {
    throw new ConfigurationError(
      `The option auth.required must be true or false, not ${inspect(required)}`,
    );
  }
  assertInRange('auth.timeoutMs', timeoutMs);
  assertInRange('auth.renewBeforeMs', renewBeforeMs);
}

function assertCodec(choice: unknown): void {
  if (CODEC_NAMES.some((name) => name === choice)) return;
  const { decode, encode } = Object(choice) as { decode?: unknown; encode?: unknown };
  if (typeof decode === 'function' && typeof encode === 'function') return;
  throw new ConfigurationError(
    `The option endpoints names the codec ${inspect(choice)}: it must be a Codec, or one of ${CODEC_NAMES.join(', ')}`,
  );
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  connectionsPerUserPolicy: ['allow', 'refuse', 'replace'],
  slowReaders: ['disconnect', 'drop-volatile', 'coalesce'] satisfies SlowReaderPolicy[],
  staleMessages: ['drop', 'handle'],
  timestamps: ['plain', 'offset'],
};

function assertRateLimit(rateLimit: unknown): void {
  if (rateLimit === false) return;
  const { perSecond, burst } = Object(rateLimit) as Partial<RateLimit>;
  assertInRange('rateLimit.perSecond', perSecond);
  assertInRange('rateLimit.burst', burst);
}

function assertCompression(compression: unknown): void {
  if (typeof compression === 'boolean') return;
  if (typeof compression !== 'object' || compression === null) {
    throw new ConfigurationError(
      `The option compression must be true, false or { thresholdBytes }, not ${inspect(compression)}`,
    );
  }
  const { thresholdBytes } = compression as CompressionOptions;
  if (thresholdBytes !== undefined) assertInRange('compression.thresholdBytes', thresholdBytes);
}

/** An origin is compared as a browser writes it: one with a path would never match, and nobody would know why. */
function assertOrigins(origins: unknown): void {
  if (!Array.isArray(origins)) {
    throw new ConfigurationError(`The option origins must be an array, not ${inspect(origins)}`);
  }
  for (const origin of origins as readonly unknown[]) {
    if (origin === '*' || origin === 'null' || isOrigin(origin)) continue;
    throw new ConfigurationError(
      `The option origins has ${inspect(origin)}, which is no origin: write it as a browser does, ` +
        `https://app.example.com, with the port if there is one and without a path`,
    );
  }
}

function isOrigin(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, host } = new URL(text);
  const written = text.toLowerCase().replace(/\/$/, '');
  // The URL of an extension or an app has no standard origin; what counts is that nothing follows the host.
  return host !== '' && written === `${protocol}//${host}`;
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  }
  return Object.freeze(value);
}
