import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BounceSocket } from '../connection/index.js';

/**
 * What `@WebSocketServer()` and `afterInit(server)` get: the part of a `ws` server that gateways written for Nest's own
 * adapter use. Its clients are the same objects that handlers get, so `other !== client` means what it says.
 *
 * Emits `connection` (client, request), which counts as a connect hook, and `close`.
 */
export class GatewayServer extends EventEmitter {
  /** The clients connected to this endpoint. */
  readonly clients = new Set<BounceSocket>();

  /** @internal */
  constructor(
    /** The path of the endpoint. */
    readonly path: string,
    private readonly httpServer: Server,
  ) {
    super();
  }

  /** Where the HTTP server listens; `null` before it does. */
  address(): AddressInfo | string | null {
    return this.httpServer.address();
  }
}
