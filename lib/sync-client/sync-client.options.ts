import { withDefaults } from '../protocol/number-options.js';

/** How a client notices a server that is gone without a word. */
export interface SyncHeartbeatOptions {
  /** How often the client sends a WebSocket ping, in milliseconds. @default 25000 */
  readonly intervalMs?: number;
  /** When nothing at all arrives within this time after a ping, in milliseconds, the connection is dropped. @default 10000 */
  readonly timeoutMs?: number;
}

/** Options of a {@link SyncBounceClient}. */
export interface SyncClientOptions {
  /** Subprotocols to offer in the handshake. @default none */
  readonly protocols?: string | readonly string[];
  /** Headers of the handshake, for instance `{ authorization: 'Bearer …' }`. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the constructor waits for the connection, in milliseconds. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** How long a request waits for its answer unless it says otherwise, in milliseconds. @default 10000 */
  readonly requestTimeoutMs?: number;
  /** How long `close()` waits for the server to acknowledge, in milliseconds. @default 2000 */
  readonly closeTimeoutMs?: number;
  /** The largest message to accept, in bytes; a larger one ends the connection with 1009. @default 104857600 */
  readonly maxPayloadBytes?: number;
  /**
   * How much may wait for `receive()` or `poll()`, in bytes; every message counts 256 bytes more than its text. When it
   * is reached the client reads no further, so that the server feels it, and requests throw `limit_exceeded`.
   *
   * @default 16777216
   */
  readonly maxUnreadBytes?: number;
  /** How much may wait to be sent, in bytes; beyond it `send`, `emit` and `request` block. @default 1048576 */
  readonly maxUnsentBytes?: number;
  /** How to notice a dead server; `false` for not at all. */
  readonly heartbeat?: SyncHeartbeatOptions | false;
}

/** Options of one request. */
export interface SyncRequestOptions {
  /** How long to wait for the answer, in milliseconds; `Infinity` for as long as it takes. @default 10000 */
  readonly timeoutMs?: number;
}

/** Options of `receive()`. */
export interface ReceiveOptions {
  /** How long to wait for a message, in milliseconds; 0 for not at all. @default Infinity */
  readonly timeoutMs?: number;
}

/** Options of `poll()`. */
export interface PollOptions {
  /** How long to go on with what arrives, in milliseconds; 0 for what has arrived. @default 0 */
  readonly forMs?: number;
}

/** Options with every default filled in. */
export interface ResolvedSyncClientOptions {
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly maxPayloadBytes: number;
  readonly maxUnreadBytes: number;
  readonly maxUnsentBytes: number;
  readonly heartbeat: Required<SyncHeartbeatOptions> | false;
}

/** What a client does unless its options say otherwise. */
export const SYNC_CLIENT_DEFAULTS = Object.freeze({
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 10_000,
  closeTimeoutMs: 2_000,
  // What `ws` allows on its own.
  maxPayloadBytes: 104_857_600,
  maxUnreadBytes: 16_777_216,
  maxUnsentBytes: 1_048_576,
  heartbeat: Object.freeze({ intervalMs: 25_000, timeoutMs: 10_000 }),
});

/** Fills in the defaults. @throws RangeError for a number out of range */
export function resolveSyncClientOptions(options: SyncClientOptions): ResolvedSyncClientOptions {
  const { protocols = [], headers = {} } = options;
  return {
    ...withDefaults(SYNC_CLIENT_DEFAULTS, options, 1),
    protocols: typeof protocols === 'string' ? [protocols] : [...protocols],
    headers: { ...headers },
  };
}
