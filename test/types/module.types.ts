// Not run: `npm run typecheck` compiles it. What stands here must compile, except the line behind each @ts-expect-error.
import { type DynamicModule, Injectable } from '@nestjs/common';
import { expectTypeOf } from 'vitest';
import {
  BounceWsModule,
  type BounceWsOptions,
  type EventRouter,
  type MessageContext,
  type Route,
} from 'bounce-ws';

@Injectable()
class Config {
  readonly origins = ['https://example.org'];
}

class Router implements EventRouter {
  route({ event }: MessageContext, routes: ReadonlyMap<string, Route>) {
    return routes.get(event);
  }
}

export const modules = [
  BounceWsModule.forRoot(),
  BounceWsModule.forRoot({}),
  BounceWsModule.forRoot({
    endpoints: [{ path: '/ws' }],
    handlerTimeoutMs: 5_000,
    concurrency: 2,
    staleMessages: 'handle',
    rateLimit: false,
    middleware: [(_context, next) => next()],
    router: Router,
  }),
  BounceWsModule.forRoot({ rateLimit: { perSecond: 5, burst: 10 }, router: new Router() }),
  BounceWsModule.forRootAsync({ useFactory: () => ({ evalJs: true }) }),
  BounceWsModule.forRootAsync({
    inject: [Config],
    useFactory: async ({ origins }: Config) => ({ origins: await Promise.resolve(origins) }),
  }),
];

expectTypeOf(modules).toExtend<DynamicModule[]>();
expectTypeOf<BounceWsOptions>().toExtend<object>();

// @ts-expect-error -- no such option
BounceWsModule.forRoot({ endpoint: '/ws' });
// @ts-expect-error -- milliseconds are a number
BounceWsModule.forRoot({ handlerTimeoutMs: '10s' });
// @ts-expect-error -- 'drop' or 'handle'
BounceWsModule.forRoot({ staleMessages: true });
// @ts-expect-error -- a limit or false
BounceWsModule.forRoot({ rateLimit: true });
// @ts-expect-error -- middleware is functions
BounceWsModule.forRoot({ middleware: [Config] });
// @ts-expect-error -- a router has route()
BounceWsModule.forRoot({ router: Config });
// @ts-expect-error -- a factory makes options
BounceWsModule.forRootAsync({ useFactory: () => 7 });
