import { Module, type Provider } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { startNest } from '../support/nest.js';

/** A Nest application with `@nestjs/platform-ws` and these gateways. */
export function startNestWs(...providers: Provider[]): ReturnType<typeof startNest> {
  @Module({ providers })
  class AppModule {}

  return startNest(AppModule, (app) => app.useWebSocketAdapter(new WsAdapter(app)));
}
