import type { Codec } from '../protocol/index.js';
import type { CodecName } from './codec.catalogue.js';
import type { Hooks } from './hooks.interface.js';

/** One address where clients connect. */
export interface EndpointOptions {
  /** The path on the app's HTTP server, for instance `/ws`. */
  readonly path: string;
  /**
   * What is spoken here: the name of a codec, or one of the app's own. Of several the first is for clients that ask for
   * none, the others are chosen by their subprotocol. Clients may ask for `bounce.v1.json` and `bounce.v1.msgpack`
   * everywhere.
   *
   * @default 'bounce'
   */
  readonly codec?: CodecName | Codec | readonly (CodecName | Codec)[];
}

/** How messages are compressed. */
export interface CompressionOptions {
  /** Bytes from which on a message is compressed; a shorter one is not worth it. @default 1024 */
  readonly thresholdBytes?: number;
}

/** Options of the way in: addresses, checks before the upgrade, limits of the socket. */
export interface TransportOptions {
  /** Where clients connect to gateways that name no path of their own. @default [{ path: '/' }] */
  readonly endpoints?: readonly EndpointOptions[];
  /**
   * Origins whose pages may connect, such as `https://app.example.com`; `*` allows all. Empty: pages of the same host, and
   * any port where both sides are this machine. Requests without an Origin (no browser) are always allowed.
   *
   * @default []
   */
  readonly origins?: readonly string[];
  /** Largest message in bytes; a larger one closes with 1009. @default 65536 */
  readonly maxPayloadBytes?: number;
  /** Most fragments of one message, each of which costs memory of its own; one more closes with 1008. @default 1024 */
  readonly maxFragments?: number;
  /** Most answers to a client's WebSocket pings that wait for it to read them; one more drops it. @default 60 */
  readonly maxPendingPongs?: number;
  /**
   * Whether messages are compressed for clients that offer it (permessage-deflate, RFC 7692). It costs more CPU time and
   * gives up the one write for many messages, so it is for large messages over slow lines. `maxPayloadBytes` holds for
   * the inflated size.
   *
   * @default false
   */
  readonly compression?: boolean | CompressionOptions;
  /** Most connections of this node; one more is refused with 503. @default 10000 */
  readonly maxConnections?: number;
  /**
   * Most connections of one address, an IPv6 network of 64 bits counting as one; one more is refused with 503. `false`
   * for no limit. Behind a proxy set `trustedProxies` too, or all clients share its address.
   *
   * @default false
   */
  readonly connectionsPerAddress?: number | false;
  /**
   * How many proxies stand in front of the server, each of which adds to `X-Forwarded-For`: `handshake.ip` is then the
   * address that the outermost one saw. `false`: none, and the header is not looked at, since anybody can send one.
   *
   * @default false
   */
  readonly trustedProxies?: number | false;
  /** Milliseconds the hooks before the upgrade may take; then the connection is refused with 503. @default 10000 */
  readonly handshakeTimeoutMs?: number;
  /** Milliseconds the peer has to answer a close frame. @default 2000 */
  readonly closeTimeoutMs?: number;
  /** Milliseconds a shutdown may take; what is not done by then is no longer waited for. @default 10000 */
  readonly shutdownTimeoutMs?: number;
  /** Whether the browser client is served at `/bounce-ws/client.js`. @default true */
  readonly serveClient?: boolean;
  /** What the app does at the turning points of a connection. @default {} */
  readonly hooks?: Hooks;
}
