import { Injectable, Logger } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { ConfigurationError } from '../common/index.js';
import { EndpointRegistry } from './endpoint.registry.js';
import type { GatewayServer } from './gateway-server.js';

/** What Nest hands to an adapter from `@WebSocketGateway(port, options)`. */
interface GatewayOptions {
  readonly path?: string;
  readonly namespace?: unknown;
}

/**
 * Nest's way in. It gives gateways their server and tells when to close; the binding of clients and messages, which Nest
 * would do per connection and gateway, is left to the connection lifecycle, which does it once.
 *
 * `BounceWsModule` sets it by itself: no `useWebSocketAdapter` is needed, and one that an app calls all the same wins.
 */
@Injectable()
export class BounceWsAdapter extends WsAdapter {
  constructor(private readonly endpoints: EndpointRegistry) {
    super();
  }

  /** @throws ConfigurationError for a namespace, which only Socket.IO has */
  override create(
    port: number,
    { path, namespace, ...others }: GatewayOptions = {},
  ): GatewayServer {
    if (namespace !== undefined) {
      throw new ConfigurationError(
        'A gateway with a namespace cannot be served: use a path in its place',
      );
    }
    const ignored = Object.keys(others);
    if (ignored.length > 0) {
      new Logger('BounceWs').warn(
        `@WebSocketGateway({ ${ignored.join(', ')} }) has no effect: such things are options of BounceWsModule.forRoot()`,
      );
    }
    return this.endpoints.serverFor(port, path);
  }

  override bindClientConnect(): void {
    // The connection lifecycle calls the connect hooks, and waits for them.
  }

  override bindClientDisconnect(): void {
    // The connection lifecycle calls the disconnect hooks.
  }

  override bindMessageHandlers(): void {
    // The routing table was worked out at boot.
  }

  override async close(server: GatewayServer): Promise<void> {
    await this.endpoints.close(server);
  }

  override async dispose(): Promise<void> {
    await this.endpoints.dispose();
  }
}
