import { Module, type Provider } from '@nestjs/common';
import { BounceWsModule, type BounceWsOptions } from 'bounce-ws';
import { startNest } from '../support/nest.js';

/** Counted as by default, but so high that a load test does not reach it. Everything else is as it comes. */
const RATE_LIMIT = { perSecond: 1e9, burst: 1e9 };

/** An application with `bounce-ws` and these gateways. */
export function startBounce(...providers: Provider[]): ReturnType<typeof startNest> {
  return startBounceWith({}, ...providers);
}

/** The same with options of the case. */
export function startBounceWith(
  options: BounceWsOptions,
  ...providers: Provider[]
): ReturnType<typeof startNest> {
  @Module({ imports: [BounceWsModule.forRoot({ rateLimit: RATE_LIMIT, ...options })], providers })
  class AppModule {}

  return startNest(AppModule);
}
