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
  /** Most connections of this node; one more is refused with 503. @default 10000 */
  readonly maxConnections?: number;
  /** Milliseconds the hooks before the upgrade may take; then the connection is refused with 503. @default 10000 */
  readonly handshakeTimeoutMs?: number;
  /** Milliseconds the peer has to answer a close frame. @default 2000 */
  readonly closeTimeoutMs?: number;
  /** Whether the browser client is served at `/bounce-ws/client.js`. @default true */
  readonly serveClient?: boolean;
  /** What the app does at the turning points of a connection. @default {} */
  readonly hooks?: Hooks;
}
