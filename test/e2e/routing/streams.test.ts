import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { WebSocketGateway, WsException } from '@nestjs/websockets';
import { BounceWsError, type BounceSocket, OnEvent } from 'bounce-ws';
import { concat, defer, EMPTY, map, type Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Deferred, deferred } from '../../support/deferred.js';
import { connectBoth, eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

class PassInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle();
  }
}

class TimesTenInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<number>) {
    return next.handle().pipe(map((n) => n * 10));
  }
}

/** A source that the test feeds. */
class Source {
  subject = new Subject<unknown>();
  gate: Deferred = deferred();
}

abstract class StreamHandlers {
  readonly source = new Source();

  @OnEvent('live')
  live(): Observable<unknown> {
    return this.source.subject;
  }

  @OnEvent('late')
  async late(): Promise<Observable<unknown>> {
    await this.source.gate.promise;
    return this.source.subject;
  }

  @OnEvent('at-once')
  atOnce(_client: BounceSocket, count: number) {
    return of(...Array.from({ length: count }, (_, index) => index + 1));
  }

  @OnEvent('promised')
  async promised() {
    await Promise.resolve();
    return of(1, 2);
  }

  @OnEvent('empty')
  empty() {
    return EMPTY;
  }

  @OnEvent('odd-items')
  oddItems() {
    return of(null, 0, '', false, { event: 'other', data: 1 }, []);
  }

  @OnEvent('failing')
  failing(_client: BounceSocket, kind: string) {
    const errors: Record<string, () => unknown> = {
      error: () => new Error('secret of the stream'),
      bounce: () => new BounceWsError('unavailable', 'secret', { details: { retryInMs: 5 } }),
      ws: () => new WsException({ code: 'forbidden' }),
    };
    return concat(of(1), throwError(errors[kind]!));
  }

  @OnEvent('unencodable')
  unencodable() {
    return this.source.subject.pipe(map((n) => (n === 2 ? 2n : n)));
  }

  @OnEvent('greet')
  greet() {
    return 'greet';
  }
}

@WebSocketGateway()
class StreamGateway extends StreamHandlers {}

@WebSocketGateway()
@UseInterceptors(PassInterceptor)
class InterceptedStreamGateway extends StreamHandlers {}

@WebSocketGateway()
@UseInterceptors(PassInterceptor)
class MappedStreamGateway {
  readonly subject = new Subject<number>();

  @UseInterceptors(TimesTenInterceptor)
  @OnEvent('live')
  live() {
    return this.subject;
  }

  @OnEvent('lazy')
  lazy() {
    return defer(() => of('subscribed once'));
  }
}

const start = useApps();

describe.each([
  ['a handler that returns an Observable', StreamGateway],
  ['a handler that returns an Observable, behind an interceptor', InterceptedStreamGateway],
])('%s', (_what, Gateway) => {
  async function connect(options?: { handlerTimeoutMs?: number; streamsPerConnection?: number }) {
    const started = await start({ providers: [Gateway], ...(options && { options }) });
    const { source } = started.app.get<StreamHandlers>(Gateway);
    const { peer, socket } = await connectBoth(started);
    const subscribed = () => expect.poll(() => source.subject.observed).toBe(true);
    const unsubscribed = () => expect.poll(() => source.subject.observed).toBe(false);
    return { ...started, source, peer, socket, subscribed, unsubscribed };
  }

  it('sends each item when it comes, under the handler’s event and with the id', async () => {
    const { peer, source, subscribed } = await connect();
    peer.send('live', {}, { id: 7 });
    await subscribed();
    for (const item of [1, 'two', { three: 3 }]) {
      source.subject.next(item);
      expect(await peer.next()).toMatchObject({ event: 'live', id: 7, data: item });
    }
    source.subject.complete();
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 7, data: null });
  });

  it('sends the items alone when nobody asked', async () => {
    const { peer } = await connect();
    peer.send('at-once', { count: 3 });
    for (const data of [1, 2, 3]) {
      const message = await peer.next();
      expect(message).toMatchObject({ event: 'at-once', data });
      expect(message).not.toHaveProperty('id');
    }
    await peer.request('greet');
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('loses no item that is there at once', async () => {
    const { peer } = await connect();
    peer.send('at-once', { count: 50 }, { id: 1 });
    const items: unknown[] = [];
    for (let message = await peer.next(); message.event !== 'ack'; message = await peer.next()) {
      items.push(message.data);
    }
    expect(items).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('may promise it', async () => {
    const { peer } = await connect();
    peer.send('promised', {}, { id: 1 });
    expect(await peer.next()).toMatchObject({ event: 'promised', id: 1, data: 1 });
    expect(await peer.next()).toMatchObject({ event: 'promised', id: 1, data: 2 });
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 1, data: null });
  });

  it('sends just the ack when it is empty, and nothing when nobody asked', async () => {
    const { peer } = await connect();
    peer.send('empty');
    expect(await peer.request('empty')).toMatchObject({ event: 'ack', data: null });
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('sends falsy items, and with an id every item as it is', async () => {
    const { peer } = await connect();
    peer.send('odd-items', {}, { id: 1 });
    for (const data of [null, 0, '', false, { event: 'other', data: 1 }, []]) {
      expect(await peer.next()).toMatchObject({ event: 'odd-items', id: 1, data });
    }
    expect(await peer.next()).toMatchObject({ event: 'ack' });
  });

  it('ends with the error when it fails, after the items before', async () => {
    const { peer, log } = await connect();
    peer.send('failing', { kind: 'error' }, { id: 1 });
    expect(await peer.next()).toMatchObject({ event: 'failing', data: 1 });
    expect(await peer.next()).toMatchObject({
      event: 'error',
      id: 1,
      data: { code: 'internal_error', message: 'Internal server error', event: 'failing' },
    });
    expect(log.errors.join('\n')).toContain('secret of the stream');
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('maps the error as that of any handler', async () => {
    const { peer } = await connect();
    expect((await peer.request('failing', { kind: 'bounce' })).data).toEqual({
      code: 'unavailable',
      message: 'The service is temporarily unavailable',
      event: 'failing',
      details: { retryInMs: 5 },
    });
    expect((await peer.request('failing', { kind: 'ws' })).data).toMatchObject({
      code: 'forbidden',
    });
  });

  it('sends the error without an id when nobody asked', async () => {
    const { peer } = await connect();
    peer.send('failing', { kind: 'error' });
    expect(await peer.next()).toMatchObject({ event: 'failing', data: 1 });
    const error = await peer.next();
    expect(error).toMatchObject({ event: 'error', data: { code: 'internal_error' } });
    expect(error).not.toHaveProperty('id');
  });

  it('ends with an error at an item that JSON cannot hold', async () => {
    const { peer, source, subscribed, unsubscribed } = await connect();
    peer.send('unencodable', {}, { id: 1 });
    await subscribed();
    source.subject.next(1);
    source.subject.next(2);
    source.subject.next(3);
    expect(await peer.next()).toMatchObject({ event: 'unencodable', data: 1 });
    expect(await peer.next()).toMatchObject({ event: 'error', data: { code: 'internal_error' } });
    expect(await eventsSoFar(peer)).toEqual([]);
    await unsubscribed();
  });

  it('is unsubscribed by cancel, and nothing with its id follows', async () => {
    const { peer, source, subscribed, unsubscribed } = await connect();
    peer.send('live', {}, { id: 7 });
    await subscribed();
    source.subject.next(1);
    expect(await peer.next()).toMatchObject({ id: 7, data: 1 });
    expect(await peer.request('cancel', { id: 7 })).toMatchObject({ event: 'ack', data: null });
    await unsubscribed();
    source.subject.next(2);
    source.subject.complete();
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('is unsubscribed when the client goes', async () => {
    const { peer, subscribed, unsubscribed } = await connect();
    peer.send('live');
    await subscribed();
    await peer.close();
    await unsubscribed();
  });

  it('holds up no other message', async () => {
    const { peer, subscribed } = await connect();
    peer.send('live', {}, { id: 7 });
    await subscribed();
    expect((await peer.request('greet')).data).toBe('greet');
  });

  it('has no time limit', async () => {
    const { peer, source, subscribed, app } = await connect({ handlerTimeoutMs: 20 });
    peer.send('live', {}, { id: 7 });
    await subscribed();
    // A handler of another connection, started later, shows that the limit has passed.
    const other = await WsPeer.connect((await app.getUrl()).replace('http', 'ws'));
    expect((await other.request('late')).data).toMatchObject({ code: 'timeout' });
    source.subject.next(1);
    expect(await peer.next()).toMatchObject({ event: 'live', id: 7, data: 1 });
  });

  it('is not left running when the client went before it was returned', async () => {
    const { peer, socket, source, unsubscribed } = await connect();
    peer.send('late');
    await peer.barrier();
    await peer.close();
    await expect.poll(() => socket.readyState).toBe(WebSocket.CLOSED);
    source.gate.resolve();
    await settled();
    await unsubscribed();
  });

  it('is not left running when it was returned too late', async () => {
    const { peer, source, unsubscribed } = await connect({ handlerTimeoutMs: 20 });
    expect((await peer.request('late')).data).toMatchObject({ code: 'timeout' });
    source.gate.resolve();
    await settled();
    await unsubscribed();
    source.subject.next(1);
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('is not left running when it is one too many', async () => {
    const { peer, source, subscribed } = await connect({ streamsPerConnection: 1 });
    const first = source.subject;
    peer.send('live', {}, { id: 1 });
    await subscribed();
    source.subject = new Subject();
    expect((await peer.request('live')).data).toEqual({
      code: 'limit_exceeded',
      message: 'A limit was exceeded',
      event: 'live',
      details: { limit: 'streamsPerConnection', max: 1 },
    });
    await expect.poll(() => source.subject.observed).toBe(false);
    expect(first.observed).toBe(true);
  });
});

describe('an interceptor', () => {
  it('changes every item of a stream, and the client cancels what is behind it', async () => {
    const { app, url } = await start({ providers: [MappedStreamGateway] });
    const { subject } = app.get(MappedStreamGateway);
    const peer = await WsPeer.connect(url);
    peer.send('live', {}, { id: 1 });
    await expect.poll(() => subject.observed).toBe(true);
    subject.next(1);
    expect(await peer.next()).toMatchObject({ event: 'live', id: 1, data: 10 });
    subject.next(2);
    expect(await peer.next()).toMatchObject({ event: 'live', id: 1, data: 20 });
    await peer.request('cancel', { id: 1 });
    await expect.poll(() => subject.observed).toBe(false);
  });

  it('does not have the stream subscribed to twice', async () => {
    const { url } = await start({ providers: [MappedStreamGateway] });
    const peer = await WsPeer.connect(url);
    peer.send('lazy', {}, { id: 1 });
    expect(await peer.next()).toMatchObject({ event: 'lazy', data: 'subscribed once' });
    expect(await peer.next()).toMatchObject({ event: 'ack', data: null });
    expect(await eventsSoFar(peer)).toEqual([]);
  });
});

/** Lets everything run that is ready to run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
