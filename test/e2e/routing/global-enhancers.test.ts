import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
  UseFilters,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent, Payload } from 'bounce-ws';
import { IsInt } from 'class-validator';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

@Injectable()
class Blocklist {
  readonly events = new Set(['blocked']);
}

@Injectable()
class GlobalGuard implements CanActivate {
  static readonly contexts: string[] = [];

  constructor(private readonly blocklist: Blocklist) {}

  canActivate(context: ExecutionContext) {
    GlobalGuard.contexts.push(context.getType());
    return context.getType() !== 'ws' || this.#allows(context);
  }

  #allows(context: ExecutionContext): boolean {
    steps.push('global guard');
    return !this.blocklist.events.has(context.switchToWs().getPattern());
  }
}

@Injectable()
class GlobalInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>) {
    steps.push('global interceptor');
    if (context.getType() !== 'ws') return next.handle();
    return next.handle().pipe(map((result) => ({ result })));
  }
}

@Injectable()
class TrimPipe implements PipeTransform {
  transform(value: unknown) {
    steps.push('global pipe');
    return typeof value === 'string' ? value.trim() : value;
  }
}

@Catch()
@Injectable()
class GlobalFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost) {
    steps.push('global filter');
    if (host.getType() !== 'ws') throw exception;
    const code = exception instanceof BounceWsError ? exception.code : 'other';
    return { filtered: code };
  }
}

class LocalGuard implements CanActivate {
  canActivate() {
    steps.push('local guard');
    return true;
  }
}

@Catch(RangeError)
class LocalFilter implements ExceptionFilter {
  catch() {
    steps.push('local filter');
    return 'local';
  }
}

class CountDto {
  @IsInt()
  count!: number;
}

const steps: string[] = [];

@WebSocketGateway()
class PlainGateway {
  @OnEvent('say')
  say(_client: BounceSocket, text: string) {
    steps.push('handler');
    return text;
  }

  @SubscribeMessage('say-natively')
  sayNatively(@MessageBody('text') text: string) {
    return text;
  }

  @OnEvent('blocked')
  blocked() {
    return 'not blocked';
  }

  @UseGuards(LocalGuard)
  @OnEvent('guarded')
  guarded() {
    steps.push('handler');
  }

  @UseFilters(LocalFilter)
  @OnEvent('fail')
  fail(_client: BounceSocket, kind: string) {
    throw kind === 'range' ? new RangeError('secret') : new Error('secret');
  }

  @SubscribeMessage('count-natively')
  countNatively(@MessageBody() dto: CountDto) {
    return { isDto: dto instanceof CountDto };
  }

  @OnEvent('count')
  count(_client: BounceSocket, @Payload() dto: CountDto) {
    return { isDto: dto instanceof CountDto };
  }
}

@Controller()
class HealthController {
  @Get('health')
  health() {
    return 'ok';
  }
}

const start = useApps();

/** The two ways in which Nest knows something global. */
const WAYS: [string, (kind: Kind) => { configure?: Configure; providers?: Provider[] }][] = [
  ['by app.useGlobal...()', (kind) => ({ configure: (app) => BY_APP[kind](app) })],
  ['by an APP_... provider', (kind) => ({ providers: [BY_PROVIDER[kind]] })],
];

type Kind = 'guard' | 'interceptor' | 'pipe' | 'filter';
type Configure = (app: INestApplication) => void;

const BY_APP: Record<Kind, Configure> = {
  guard: (app) => app.useGlobalGuards(new GlobalGuard(new Blocklist())),
  interceptor: (app) => app.useGlobalInterceptors(new GlobalInterceptor()),
  pipe: (app) => app.useGlobalPipes(new TrimPipe()),
  filter: (app) => app.useGlobalFilters(new GlobalFilter()),
};

const BY_PROVIDER: Record<Kind, Provider> = {
  guard: { provide: APP_GUARD, useClass: GlobalGuard },
  interceptor: { provide: APP_INTERCEPTOR, useClass: GlobalInterceptor },
  pipe: { provide: APP_PIPE, useClass: TrimPipe },
  filter: { provide: APP_FILTER, useClass: GlobalFilter },
};

describe.each(WAYS)('what is global %s', (_way, setUp) => {
  async function connect(kind: Kind) {
    steps.length = 0;
    GlobalGuard.contexts.length = 0;
    const { configure, providers = [] } = setUp(kind);
    const started = await start({
      providers: [PlainGateway, Blocklist, ...providers],
      controllers: [HealthController],
      ...(configure && { configure }),
    });
    return { ...started, peer: await WsPeer.connect(started.url) };
  }

  it('guards every message, before the guards of the handler', async () => {
    const { peer } = await connect('guard');
    expect((await peer.request('blocked')).data).toMatchObject({ code: 'forbidden' });
    expect((await peer.request('say', { text: 'hi' })).data).toBe('hi');
    steps.length = 0;
    await peer.request('guarded');
    expect(steps).toEqual(['global guard', 'local guard', 'handler']);
  });

  it('intercepts every message', async () => {
    const { peer } = await connect('interceptor');
    expect((await peer.request('say', { text: 'hi' })).data).toEqual({ result: 'hi' });
    expect((await peer.request('say-natively', { text: 'hi' })).data).toEqual({ result: 'hi' });
  });

  it('pipes every parameter', async () => {
    const { peer } = await connect('pipe');
    expect((await peer.request('say', { text: '  hi ' })).data).toBe('hi');
    expect((await peer.request('say-natively', { text: '  hi ' })).data).toBe('hi');
    expect((await peer.request('say', { text: 7 })).data).toMatchObject({
      code: 'invalid_payload',
      details: { fields: [{ field: 'text' }] },
    });
  });

  it('filters what no filter of the handler takes', async () => {
    const { peer } = await connect('filter');
    expect((await peer.request('fail', { kind: 'range' })).data).toBe('local');
    expect((await peer.request('fail', { kind: 'other' })).data).toEqual({ filtered: 'other' });
    expect((await peer.request('say', {})).data).toEqual({ filtered: 'invalid_payload' });
    expect(steps).not.toContain('handler');
  });

  it('goes on doing the same for HTTP', async () => {
    const { port } = await connect('guard');
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    expect(await response.text()).toBe('ok');
    expect(GlobalGuard.contexts).toEqual(['http']);
  });
});

describe('a global ValidationPipe', () => {
  it('validates the DTOs of @SubscribeMessage and of @OnEvent alike', async () => {
    const { url } = await start({
      providers: [PlainGateway],
      configure: (app) => app.useGlobalPipes(new ValidationPipe({ transform: true })),
    });
    const peer = await WsPeer.connect(url);
    for (const event of ['count', 'count-natively']) {
      expect((await peer.request(event, { count: 1 })).data).toEqual({ isDto: true });
      expect((await peer.request(event, { count: 'x' })).data).toMatchObject({
        code: 'invalid_payload',
      });
    }
    expect((await peer.request('say', { text: 'hi' })).data).toBe('hi');
  });
});

describe('all of them together', () => {
  it('run as guard, interceptor, pipe, handler, and a filter at the end', async () => {
    steps.length = 0;
    const { url } = await start({
      providers: [PlainGateway, Blocklist, ...Object.values(BY_PROVIDER)],
    });
    const peer = await WsPeer.connect(url);
    await peer.request('say', { text: 'hi' });
    expect(steps).toEqual(['global guard', 'global interceptor', 'global pipe', 'handler']);
    steps.length = 0;
    await peer.request('fail', { kind: 'other' });
    expect(steps).toEqual(['global guard', 'global interceptor', 'global pipe', 'global filter']);
  });
});
