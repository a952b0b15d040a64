import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { ClientCodec } from '../protocol/client-codec.interface.js';
import { withDefaults } from '../protocol/number-options.js';
import type { ClientRecovery } from './client-recovery.interface.js';
import { JSON_CODEC, type FrameCodec } from './frame.js';
import type { WebSocketConstructor } from './web-socket-like.interface.js';

/** How long a client waits before it connects again. */
export interface ReconnectOptions {
  /** The shortest wait, in milliseconds. @default 500 */
  readonly minDelayMs?: number;
  /** The longest wait, in milliseconds; also the wait after the close code 4429. @default 20000 */
  readonly maxDelayMs?: number;
  /** A connection that held this long, in milliseconds, makes the waits short again. @default 10000 */
  readonly stableMs?: number;
}

/** How a client notices a server that is gone without a word. */
export interface HeartbeatOptions {
  /** After this silence, in milliseconds, the client sends a `ping`. @default 25000 */
  readonly intervalMs?: number;
  /** When the `ping` brings nothing within this time, in milliseconds, the connection is dropped. @default 10000 */
  readonly timeoutMs?: number;
}

/** How much a client keeps for later while it is not connected. */
export interface OfflineQueueOptions {
  /** Most messages. @default 1000 */
  readonly maxMessages?: number;
  /** Most bytes of all messages together. @default 1048576 */
  readonly maxBytes?: number;
}

/** A token, or none: the connection is then opened without. */
export type Token = string | null | undefined;

/** Options of a {@link BounceClient}. */
export interface ClientOptions {
  /**
   * The class that opens connections.
   *
   * @default `globalThis.WebSocket`; in Node, `bounce-ws/client` brings the one of `ws`
   */
  readonly WebSocket?: WebSocketConstructor;
  /** Subprotocols to offer in the handshake. Offer only what the server knows: browsers give up otherwise. @default none */
  readonly protocols?: string | string[];
  /**
   * How messages become frames, for instance `new MsgpackCodec()` of `bounce-ws/codecs/msgpack`. Its subprotocol is
   * offered before all {@link protocols}, and the server has to take it.
   *
   * @default JSON in text frames
   */
  readonly codec?: ClientCodec;
  /**
   * Brings back what was said in the client's rooms while it was away: `new RoomRecovery()` of `bounce-ws/client/recovery`,
   * one for each client. The server needs `history`.
   *
   * @default none
   */
  readonly recovery?: ClientRecovery;
  /**
   * Called for a token before each connection, and when the server asks for a new one. One that throws or rejects is
   * reported to `onError`, and the attempt counts as failed; one that calls `close()` ends it.
   *
   * @default none
   */
  readonly getToken?: () => Token | PromiseLike<Token>;
  /**
   * Where the token of {@link getToken} goes: into the address (`?token=`), where the server sees it before it accepts the
   * connection, or into a message (`authenticate`) that is the first on each connection, and so into no log of addresses.
   *
   * @default 'query'
   */
  readonly tokenIn?: 'query' | 'message';
  /** Whether the constructor connects. Otherwise `connect()` does. @default true */
  readonly autoConnect?: boolean;
  /** How to come back after a lost connection; `false` for never. */
  readonly reconnect?: ReconnectOptions | false;
  /** A connection that is not open after this time, in milliseconds, is given up and tried again. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** How long a request waits for its answer unless it says otherwise, in milliseconds. @default 10000 */
  readonly requestTimeoutMs?: number;
  /** A larger frame of the server, in bytes, ends the connection for good, with the code 1009. @default 104857600 */
  readonly maxPayloadBytes?: number;
  /** How to notice a dead server; `false` for not at all. */
  readonly heartbeat?: HeartbeatOptions | false;
  /** What is kept while not connected; beyond it `emit` throws and `request` rejects. */
  readonly offlineQueue?: OfflineQueueOptions;
  /**
   * Whether scripts of the server (`evalJs`) run in this page. A server that you do not control can then do everything
   * that the page can. Outside a browser nothing ever runs.
   *
   * @default false
   */
  readonly allowEval?: boolean;
}

/** Options with every default filled in. */
export interface ResolvedClientOptions {
  readonly WebSocket: WebSocketConstructor;
  readonly protocols: string[];
  readonly codec: FrameCodec;
  readonly recovery?: ClientRecovery;
  readonly getToken?: () => Token | PromiseLike<Token>;
  readonly tokenIn: 'query' | 'message';
  readonly autoConnect: boolean;
  readonly reconnect: Required<ReconnectOptions> | false;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxPayloadBytes: number;
  readonly heartbeat: Required<HeartbeatOptions> | false;
  readonly offlineQueue: Required<OfflineQueueOptions>;
  readonly allowEval: boolean;
}

/** What a client does unless its options say otherwise. */
export const CLIENT_DEFAULTS = Object.freeze({
  tokenIn: 'query',
  autoConnect: true,
  reconnect: Object.freeze({ minDelayMs: 500, maxDelayMs: 20_000, stableMs: 10_000 }),
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 10_000,
  // What `ws` allows on its own.
  maxPayloadBytes: 104_857_600,
  heartbeat: Object.freeze({ intervalMs: 25_000, timeoutMs: 10_000 }),
  offlineQueue: Object.freeze({ maxMessages: 1_000, maxBytes: 1_048_576 }),
  allowEval: false,
});

/**
 * Fills in the defaults.
 *
 * @throws BounceWsError `unavailable` when there is no WebSocket to use
 * @throws RangeError for a number out of range
 */
export function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  const { codec, protocols = [] } = options;
  return {
    ...options,
    ...withDefaults(CLIENT_DEFAULTS, options),
    WebSocket: options.WebSocket ?? globalWebSocket(),
    protocols: [codec?.subprotocol ?? [], protocols].flat(),
    codec: codec ?? JSON_CODEC,
  };
}

function globalWebSocket(): WebSocketConstructor {
  // Node has none before version 22, whatever the types of the DOM say.
  const found = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (found !== undefined) return found;
  throw new BounceWsError('unavailable', 'No WebSocket here: new BounceClient(url, { WebSocket })');
}
