import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent, Payload } from 'bounce-ws';
import { catchError, EMPTY, map, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

class WrapInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<unknown>) {
    return next.handle().pipe(map((value) => ({ wrapped: value ?? 'nothing' })));
  }
}

class CacheInterceptor implements NestInterceptor {
  intercept() {
    return of('cached');
  }
}

class EmptyInterceptor implements NestInterceptor {
  intercept() {
    return EMPTY;
  }
}

class RescueInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next
      .handle()
      .pipe(
        catchError((error: unknown) =>
          of({ rescued: error instanceof BounceWsError ? error.code : String(error) }),
        ),
      );
  }
}

class RefusingInterceptor implements NestInterceptor {
  intercept(): never {
    throw new BounceWsError('unavailable');
  }
}

class PassInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle();
  }
}

@WebSocketGateway()
class InterceptedGateway {
  handled = 0;

  @UseInterceptors(WrapInterceptor)
  @OnEvent('wrap')
  wrap(_client: BounceSocket, @Payload() { value }: { value?: unknown }) {
    return value;
  }

  @UseInterceptors(CacheInterceptor)
  @OnEvent('cache')
  cache() {
    this.handled += 1;
  }

  @UseInterceptors(EmptyInterceptor)
  @OnEvent('empty')
  empty() {
    this.handled += 1;
  }

  @UseInterceptors(RescueInterceptor)
  @OnEvent('rescue')
  async rescue(_client: BounceSocket, n: number) {
    await Promise.resolve();
    throw new RangeError(`secret ${n}`);
  }

  @UseInterceptors(RefusingInterceptor)
  @OnEvent('refuse')
  refuse() {
    this.handled += 1;
  }

  @UseInterceptors(PassInterceptor)
  @OnEvent('pass')
  pass(_client: BounceSocket, @Payload() { value }: { value?: unknown }) {
    return value;
  }

  @UseInterceptors(PassInterceptor)
  @OnEvent('response')
  response() {
    return { event: 'other', data: 1 };
  }

  @UseInterceptors(PassInterceptor)
  @OnEvent('never')
  never() {
    return new Promise(() => undefined);
  }
}

const start = useApps();

describe('an interceptor', () => {
  async function connect(handlerTimeoutMs = 10_000) {
    const { app, url } = await start({
      providers: [InterceptedGateway],
      options: { handlerTimeoutMs },
    });
    return { peer: await WsPeer.connect(url), gateway: app.get(InterceptedGateway) };
  }

  it('changes what the client gets, asked or not', async () => {
    const { peer } = await connect();
    expect((await peer.request('wrap', { value: 1 })).data).toEqual({ wrapped: 1 });
    expect((await peer.request('wrap')).data).toEqual({ wrapped: 'nothing' });
    peer.send('wrap', { value: 2 });
    expect(await peer.next()).toMatchObject({ event: 'wrap', data: { wrapped: 2 } });
  });

  it('leaves a value a value: one ack, or one message', async () => {
    const { peer } = await connect();
    for (const value of ['text', 0, null, [1, 2]]) {
      expect(await peer.request('pass', { value })).toMatchObject({ event: 'ack', data: value });
      expect(await eventsSoFar(peer)).toEqual([]);
    }
    expect(await peer.request('pass')).toMatchObject({ event: 'ack', data: null });
    peer.send('response');
    expect(await peer.next()).toMatchObject({ event: 'other', data: 1 });
    peer.send('pass');
    await peer.request('pass');
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('may answer in place of the handler', async () => {
    const { peer, gateway } = await connect();
    expect((await peer.request('cache')).data).toBe('cached');
    expect(await peer.request('empty')).toMatchObject({ event: 'ack', data: null });
    expect(gateway.handled).toBe(0);
  });

  it('may turn an exception into a value, one of the binding too', async () => {
    const { peer } = await connect();
    expect((await peer.request('rescue', { n: 1 })).data).toEqual({
      rescued: 'RangeError: secret 1',
    });
    expect((await peer.request('rescue', { n: '1' })).data).toEqual({ rescued: 'invalid_payload' });
  });

  it('may refuse', async () => {
    const { peer, gateway } = await connect();
    expect((await peer.request('refuse')).data).toMatchObject({ code: 'unavailable' });
    expect(gateway.handled).toBe(0);
  });

  it('does not keep the time limit from its handler', async () => {
    const { peer } = await connect(20);
    expect((await peer.request('never')).data).toMatchObject({ code: 'timeout' });
    expect((await peer.request('pass', { value: 1 })).data).toBe(1);
  });
});
