import { Module, type Provider } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { GatewayMetadata } from '@nestjs/websockets';
import { startNest } from '../support/nest.js';
import { connectAdapter, RedisIoAdapter } from './redis-io.adapter.js';

/** What socket.io's documentation recommends for speed: no long polling before the WebSocket, no compression. */
export const FAST: GatewayMetadata = { transports: ['websocket'], perMessageDeflate: false };

/** A Nest application with `@nestjs/platform-socket.io` and these gateways. */
export function startNestSocketIo(...providers: Provider[]): ReturnType<typeof startNest> {
  @Module({ providers })
  class AppModule {}

  return startNest(AppModule, (app) => app.useWebSocketAdapter(new IoAdapter(app)));
}

/** One node of several that are connected by a Redis. */
export async function startNestSocketIoOnRedis(
  url: string,
  ...providers: Provider[]
): ReturnType<typeof startNest> {
  @Module({ providers })
  class AppModule {}

  const adapter = await connectAdapter(url);
  return startNest(AppModule, (app) => app.useWebSocketAdapter(new RedisIoAdapter(app, adapter)));
}
