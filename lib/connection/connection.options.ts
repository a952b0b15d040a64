import type { TimestampStyle } from '../protocol/index.js';

/** How many messages one connection may send. */
export interface RateLimit {
  /** Messages a second that may go on for ever. */
  readonly perSecond: number;
  /** Messages that may come at once before {@link perSecond} counts. */
  readonly burst: number;
}

/** Options of every connection, whatever it is used for. */
export interface ConnectionOptions {
  /** Milliseconds between two pings of a connection. @default 25000 */
  readonly heartbeatIntervalMs?: number;
  /** Milliseconds a client has to answer a ping before it is closed with 4408. @default 10000 */
  readonly heartbeatTimeoutMs?: number;
  /**
   * Most connections one user may have on this node; for one more see {@link connectionsPerUserPolicy}.
   *
   * @default 20
   */
  readonly connectionsPerUser?: number;
  /**
   * What becomes of one connection too many of a user: `refuse` it (503 before the upgrade, `limit_exceeded` afterwards),
   * let it `replace` the oldest one, which is closed with 4409, or `allow` it.
   *
   * @default 'refuse'
   */
  readonly connectionsPerUserPolicy?: 'allow' | 'refuse' | 'replace';
  /**
   * Bytes that may wait for a client that reads too slowly; over it the connection is ended. A message that is larger needs a
   * network that takes it at once.
   *
   * @default 1048576
   */
  readonly maxQueuedBytes?: number;
  /**
   * Inbound messages of one connection. Over it the client is answered `rate_limited` and the message is not handled;
   * after five seconds of uninterrupted excess the connection is closed with 4429. `false` switches it off.
   *
   * @default { perSecond: 100, burst: 200 }
   */
  readonly rateLimit?: RateLimit | false;
  /** Milliseconds a client has to answer `BounceSocket.request()` when the call names none. @default 10000 */
  readonly requestTimeoutMs?: number;
  /** Whether outgoing timestamps end in the `Z` of UTC (`offset`) or, as bounce_ws writes them, not. @default 'plain' */
  readonly timestamps?: TimestampStyle;
  /** Whether `BounceSocket.evalJs()` may send scripts. The browser client has to agree with `allowEval`. @default false */
  readonly evalJs?: boolean;
}
