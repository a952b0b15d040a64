import { inspect } from 'node:util';
import { ConfigurationError } from './common/index.js';
import type { ConnectionOptions, RateLimit } from './connection/index.js';
import type { EngineOptions } from './engine/index.js';
import type { RoomsOptions } from './rooms/index.js';
import type { RoutingOptions } from './routing/index.js';
import type { SendersOptions } from './senders/index.js';
import { CODEC_NAMES, type TransportOptions } from './transport/index.js';

/** Everything that can be set; each area's part is described where it belongs. */
export interface BounceWsOptions
  extends
    TransportOptions,
    ConnectionOptions,
    RoutingOptions,
    RoomsOptions,
    SendersOptions,
    EngineOptions {}

type Replaceable = 'router' | 'roomManager' | 'engine';

/** The options with every default filled in. */
export type ResolvedOptions = Required<Omit<BounceWsOptions, Replaceable>> &
  Pick<BounceWsOptions, Replaceable>;

/** What holds for everything that is not set. */
export const DEFAULTS: Readonly<ResolvedOptions> = Object.freeze({
  endpoints: [{ path: '/' }],
  origins: [],
  maxPayloadBytes: 65_536,
  maxConnections: 10_000,
  handshakeTimeoutMs: 10_000,
  closeTimeoutMs: 2_000,
  serveClient: true,
  hooks: {},

  heartbeatIntervalMs: 25_000,
  heartbeatTimeoutMs: 10_000,
  maxQueuedBytes: 1_048_576,
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
});

/** A timer with a longer delay fires at once (Node.js documentation of `setTimeout`). */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * Fills in the defaults and checks every number.
 *
 * @throws ConfigurationError naming the option that is wrong
 */
export function resolveOptions(options: BounceWsOptions = {}): ResolvedOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const resolved: ResolvedOptions = { ...DEFAULTS, ...Object.fromEntries(given) };
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (typeof value === 'number') assertInRange(name, Reflect.get(resolved, name));
  }
  const rateLimit: unknown = resolved.rateLimit;
  if (rateLimit !== false) {
    const { perSecond, burst } = Object(rateLimit) as Partial<RateLimit>;
    assertInRange('rateLimit.perSecond', perSecond);
    assertInRange('rateLimit.burst', burst);
  }
  if (resolved.endpoints.length === 0) {
    throw new ConfigurationError('The option endpoints needs at least one endpoint');
  }
  for (const { codec } of resolved.endpoints) {
    if (codec !== undefined) for (const choice of [codec].flat()) assertCodec(choice);
  }
  return resolved;
}

function assertCodec(choice: unknown): void {
  if (CODEC_NAMES.some((name) => name === choice)) return;
  const { decode, encode } = Object(choice) as { decode?: unknown; encode?: unknown };
  if (typeof decode === 'function' && typeof encode === 'function') return;
  throw new ConfigurationError(
    `The option endpoints names the codec ${inspect(choice)}: it must be a Codec, or one of ${CODEC_NAMES.join(', ')}`,
  );
}

// Options often come from the environment, where everything is a string: the type is checked too.
function assertInRange(name: string, value: unknown): void {
  const max = name.endsWith('Ms') ? LONGEST_DELAY_MS : Number.MAX_SAFE_INTEGER;
  if (typeof value === 'number' && value >= 1 && value <= max) return;
  throw new ConfigurationError(
    `The option ${name} must be a number from 1 to ${max}, not ${inspect(value)}`,
  );
}
