import { type CanActivate, type ExecutionContext, UseGuards } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  BounceWsError,
  EmitEvery,
  type EventMiddleware,
  OnEvent,
  Payload,
} from 'bounce-ws';
import { of } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventsSoFar, useApps } from '../../support/use-apps.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { WsPeer } from '../../support/ws-peer.js';

const steps: string[] = [];

class StepGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    steps.push(`guard ${JSON.stringify(context.switchToWs().getData())}`);
    return true;
  }
}

@WebSocketGateway()
class SteppingGateway {
  @OnEvent('connect')
  connected() {
    steps.push('connect handler');
  }

  @OnEvent('disconnect')
  disconnected() {
    steps.push('disconnect handler');
  }

  @OnEvent(['say', 'whisper'])
  say(_client: BounceSocket, text: string) {
    steps.push('handler');
    return text;
  }

  @UseGuards(StepGuard)
  @OnEvent('guarded')
  guarded(_client: BounceSocket, text: string) {
    return text;
  }

  @SubscribeMessage('natively')
  natively(_client: BounceSocket, data: unknown) {
    return data;
  }

  @OnEvent('whole')
  whole(_client: BounceSocket, @Payload() payload: unknown) {
    return payload;
  }

  @OnEvent('stream')
  stream() {
    return of(1, 2);
  }

  @OnEvent('fail')
  fail() {
    throw new RangeError('secret');
  }

  @EmitEvery('ticker', { rateHz: 1, autoStart: false })
  tick() {
    return { n: 1 };
  }
}

@WebSocketGateway()
class PingGateway {
  @OnEvent('ping')
  ping() {
    return 'own pong';
  }
}

expectNoUnhandledErrors();
const start = useApps();

beforeEach(() => {
  steps.length = 0;
});

async function connect(...middleware: EventMiddleware[]) {
  const started = await start({ providers: [SteppingGateway], options: { middleware } });
  const peer = await WsPeer.connect(started.url);
  await peer.barrier();
  steps.length = 0;
  return { ...started, peer };
}

const step =
  (name: string): EventMiddleware =>
  (context, next) => {
    steps.push(`${name} before ${context.event}`);
    const result = next();
    steps.push(`${name} after ${context.event}`);
    return result;
  };

describe('middleware', () => {
  it('runs around the handler, the first one outermost', async () => {
    const { peer } = await connect(step('outer'), step('inner'));
    expect((await peer.request('say', { text: 'hi' })).data).toBe('hi');
    expect(steps).toEqual([
      'outer before say',
      'inner before say',
      'handler',
      'inner after say',
      'outer after say',
    ]);
  });

  it('runs around guards, and around handlers of @SubscribeMessage', async () => {
    const { peer } = await connect(step('one'));
    await peer.request('guarded', { text: 'hi' });
    await peer.request('natively', 'hi');
    expect(steps).toEqual([
      'one before guarded',
      'guard {"text":"hi"}',
      'one after guarded',
      'one before natively',
      'one after natively',
    ]);
  });

  it('sees client, event, data and id', async () => {
    const seen: unknown[] = [];
    const { peer } = await connect(({ client, event, data, id }, next) => {
      seen.push({ client: typeof client.id, event, data, id });
      return next();
    });
    seen.length = 0;
    peer.send('say', { text: 'a' }, { id: 'seven' });
    await peer.next();
    peer.send('whole');
    await peer.next();
    expect(seen).toEqual([
      { client: 'string', event: 'say', data: { text: 'a' }, id: 'seven' },
      { client: 'string', event: 'whole', data: {}, id: undefined },
    ]);
  });

  it('may put other data in its place, before the binding and for guards too', async () => {
    const { peer } = await connect((context, next) => {
      context.data = { text: 'replaced' };
      return next();
    });
    expect((await peer.request('say', { text: 7 })).data).toBe('replaced');
    expect((await peer.request('whole', 'x')).data).toEqual({ text: 'replaced' });
    expect((await peer.request('natively', 'x')).data).toEqual({ text: 'replaced' });
    steps.length = 0;
    expect((await peer.request('guarded')).data).toBe('replaced');
    expect(steps).toEqual(['guard {"text":"replaced"}']);
  });

  it('may put another result in its place', async () => {
    const { peer } = await connect(async (_context, next) => ({ wrapped: await next() }));
    expect((await peer.request('say', { text: 'hi' })).data).toEqual({ wrapped: 'hi' });
    peer.send('say', { text: 'hi' });
    expect(await peer.next()).toMatchObject({ event: 'say', data: { wrapped: 'hi' } });
  });

  it('may answer without asking the handler', async () => {
    const { peer } = await connect(({ event }, next) => (event === 'say' ? 'cached' : next()));
    expect((await peer.request('say', { text: 'hi' })).data).toBe('cached');
    expect((await peer.request('whisper', { text: 'hi' })).data).toBe('hi');
    expect(steps).toEqual(['handler']);
  });

  it('may refuse by throwing, at once or later, with the code of what it throws', async () => {
    const { peer } = await connect(({ event }, next) => {
      if (event === 'say') throw new BounceWsError('rate_limited', 'secret', { details: 'slow' });
      if (event === 'whisper') return Promise.reject(new Error('secret'));
      return next();
    });
    expect((await peer.request('say', { text: 'hi' })).data).toEqual({
      code: 'rate_limited',
      message: 'Too many messages',
      event: 'say',
      details: 'slow',
    });
    expect((await peer.request('whisper', { text: 'hi' })).data).toEqual({
      code: 'internal_error',
      message: 'Internal server error',
      event: 'whisper',
    });
    expect(steps).toEqual([]);
  });

  it('may take its time, and messages behind it wait', async () => {
    const { peer } = await connect(async ({ event }, next) => {
      if (event === 'say') await new Promise(setImmediate);
      return next();
    });
    peer.send('say', { text: 'first' }, { id: 1 });
    peer.send('whisper', { text: 'second' }, { id: 2 });
    expect(await peer.next()).toMatchObject({ id: 1 });
    expect(await peer.next()).toMatchObject({ id: 2 });
  });

  it('sees what the handler and the binding throw', async () => {
    const seen: unknown[] = [];
    const { peer } = await connect((_context, next) => {
      try {
        return next();
      } catch (error) {
        seen.push(error);
        throw error;
      }
    });
    expect((await peer.request('fail')).data).toMatchObject({ code: 'internal_error' });
    expect((await peer.request('say', {})).data).toMatchObject({ code: 'invalid_payload' });
    expect(seen).toEqual([expect.any(RangeError), expect.any(BounceWsError)]);
  });

  it('leaves a stream a stream', async () => {
    const { peer } = await connect((_context, next) => next());
    peer.send('stream', {}, { id: 1 });
    expect(await peer.next()).toMatchObject({ event: 'stream', id: 1, data: 1 });
    expect(await peer.next()).toMatchObject({ event: 'stream', id: 1, data: 2 });
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 1, data: null });
  });
});

describe('middleware runs around every event the app handles', () => {
  it('connect and disconnect too', async () => {
    const { url } = await start({
      providers: [SteppingGateway],
      options: { middleware: [step('one')] },
    });
    const peer = await WsPeer.connect(url);
    await peer.barrier();
    expect(steps).toEqual(['one before connect', 'connect handler', 'one after connect']);
    steps.length = 0;
    await peer.close();
    await expect
      .poll(() => steps)
      .toEqual(['one before disconnect', 'disconnect handler', 'one after disconnect']);
  });

  it('and by throwing at connect refuses the client', async () => {
    const { url } = await start({
      providers: [SteppingGateway],
      options: {
        middleware: [
          ({ event }, next) => {
            if (event === 'connect') throw new BounceWsError('forbidden');
            return next();
          },
        ],
      },
    });
    const peer = await WsPeer.connect(url);
    expect((await peer.next()).data).toMatchObject({ code: 'forbidden', event: 'connect' });
    expect((await peer.closed).code).toBe(4403);
    expect(steps).not.toContain('connect handler');
  });

  it('but not around those that the package handles, nor unknown or reserved ones', async () => {
    const { peer } = await connect(step('one'));
    await peer.request('subscribe', { events: ['ticker'] });
    await peer.request('unsubscribe', { events: ['ticker'] });
    await peer.request('cancel', { id: 1 });
    peer.send('ack', {}, { id: 's1' });
    await peer.barrier();
    expect((await peer.request('nonsense')).data).toMatchObject({ code: 'unknown_event' });
    expect((await peer.request('connect')).data).toMatchObject({ code: 'reserved_event' });
    peer.sendRaw('not JSON');
    expect((await peer.next()).data).toMatchObject({ code: 'bad_json' });
    expect(await eventsSoFar(peer)).toEqual([]);
    expect(steps).toEqual([]);
  });

  it('and around ping where the app handles it', async () => {
    const { url } = await start({
      providers: [PingGateway],
      options: { middleware: [step('one')] },
    });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('ping')).data).toBe('own pong');
    expect(steps).toEqual(['one before ping', 'one after ping']);
  });
});
