import { Injectable } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { AbstractHandler, type BounceSocket, OnEvent, OnWsEvent } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

abstract class BaseGateway {
  @OnEvent('inherited')
  inherited() {
    return this.describe('inherited');
  }

  @OnEvent('overridden')
  overridden() {
    return this.describe('base');
  }

  protected describe(what: string) {
    return `base ${what}`;
  }
}

@WebSocketGateway()
class HandlerGateway extends BaseGateway {
  readonly #secret = 'private';

  @OnEvent('sync')
  sync(_client: BounceSocket, value: unknown) {
    return value;
  }

  @OnEvent('async')
  async async(_client: BounceSocket, value: unknown) {
    await Promise.resolve();
    return value;
  }

  @OnEvent('nothing')
  nothing() {}

  @OnEvent('async-nothing')
  async asyncNothing() {
    await Promise.resolve();
  }

  @OnEvent('response')
  response(_client: BounceSocket, event: string, data: unknown) {
    return { event, data };
  }

  @OnEvent('async-response')
  async asyncResponse() {
    await Promise.resolve();
    return { event: 'other', data: 1 };
  }

  @OnEvent('no-response')
  noResponse(_client: BounceSocket, kind: string) {
    switch (kind) {
      case 'more keys':
        return { event: 'other', data: 1, extra: 2 };
      case 'no data':
        return { event: 'other' };
      default:
        return { event: 7, data: 1 };
    }
  }

  @OnEvent(['red', 'green', 'blue'])
  colours(_client: BounceSocket, value = 'none') {
    return { value };
  }

  @OnWsEvent('by-alias')
  byAlias(_client: BounceSocket, value: string) {
    return value;
  }

  @OnEvent('private')
  usesPrivate(_client: BounceSocket, text: string) {
    return this.#wrap(text);
  }

  @OnEvent('super')
  usesSuper(_client: BounceSocket, text: string) {
    return super.describe(text);
  }

  @OnEvent('overridden')
  override overridden() {
    return `own and ${super.overridden()}`;
  }

  protected override describe(what: string) {
    return `own ${what}`;
  }

  #wrap(text: string) {
    return `${this.#secret} ${text}`;
  }
}

@Injectable()
class DoubleHandler extends AbstractHandler<{ n: number }> {
  readonly event = 'double';

  handle(client: BounceSocket, { n }: { n: number }) {
    return { client: client.id.length > 0, n: n * 2 };
  }
}

@WebSocketGateway()
class MarkGateway {
  readonly handled: string[] = [];

  @OnEvent('dropping')
  dropping(_client: BounceSocket, text: string) {
    this.handled.push(text);
  }

  @OnEvent('keeping', { staleMessages: 'handle' })
  keeping(_client: BounceSocket, text: string) {
    this.handled.push(text);
  }

  @OnEvent('strict', { staleMessages: 'drop' })
  strict(_client: BounceSocket, text: string) {
    this.handled.push(text);
  }
}

const start = useApps();

async function connect(): Promise<WsPeer> {
  const { url } = await start({ providers: [HandlerGateway, DoubleHandler] });
  return WsPeer.connect(url);
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;

describe('what a handler returns', () => {
  it('is the ack of a request, from a sync and from an async handler', async () => {
    const peer = await connect();
    for (const event of ['sync', 'async']) {
      for (const value of ['text', 0, false, null, [], { a: { b: [1] } }]) {
        peer.send(event, { value }, { id: 7 });
        expect(await peer.next()).toEqual({
          event: 'ack',
          id: 7,
          data: value,
          timestamp: expect.stringMatching(TIMESTAMP),
        });
      }
    }
  });

  it('goes out under the handler’s own event when nobody asked', async () => {
    const peer = await connect();
    for (const event of ['sync', 'async']) {
      for (const value of ['text', 0, false, null, [], { a: 1 }]) {
        peer.send(event, { value });
        expect(await peer.next()).toEqual({
          event,
          data: value,
          timestamp: expect.stringMatching(TIMESTAMP),
        });
      }
    }
  });

  it('is an ack with null when it is nothing, and nothing at all when nobody asked', async () => {
    const peer = await connect();
    for (const event of ['nothing', 'async-nothing']) {
      expect(await peer.request(event)).toMatchObject({ event: 'ack', data: null });
      peer.send(event);
    }
    // Behind the last of them: a barrier alone would overtake a handler.
    await peer.request('nothing');
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('carries the id as it was sent', async () => {
    const peer = await connect();
    for (const id of [0, -1, '1', Number.MAX_SAFE_INTEGER, 'x'.repeat(64)]) {
      peer.send('sync', { value: 1 }, { id });
      expect(await peer.next()).toMatchObject({ event: 'ack', id });
    }
  });
});

describe('a returned { event, data }', () => {
  it('goes out as that event when nobody asked', async () => {
    const peer = await connect();
    peer.send('response', { event: 'other', data: { a: 1 } });
    const message = await peer.next();
    expect(message).toMatchObject({ event: 'other', data: { a: 1 } });
    expect(message).not.toHaveProperty('id');
    peer.send('async-response');
    expect(await peer.next()).toMatchObject({ event: 'other', data: 1 });
  });

  it('is the data of the ack when somebody asked', async () => {
    const peer = await connect();
    const answer = await peer.request('response', { event: 'other', data: 1 });
    expect(answer).toMatchObject({ event: 'ack', data: { event: 'other', data: 1 } });
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('is a value like any other with a key more or less, or an event that is no string', async () => {
    const peer = await connect();
    for (const kind of ['more keys', 'no data', 'a number']) {
      peer.send('no-response', { kind });
      expect((await peer.next()).event).toBe('no-response');
    }
  });
});

describe('@OnEvent', () => {
  it('takes several events for one handler, each answered under its own name', async () => {
    const peer = await connect();
    for (const event of ['red', 'green', 'blue']) {
      expect((await peer.request(event, { value: event })).data).toEqual({ value: event });
      peer.send(event);
      expect(await peer.next()).toMatchObject({ event, data: { value: 'none' } });
    }
  });

  it('is OnWsEvent by another name', async () => {
    const peer = await connect();
    expect((await peer.request('by-alias', { value: 'x' })).data).toBe('x');
  });

  it('works for methods that use private members', async () => {
    const peer = await connect();
    expect((await peer.request('private', { text: 'hi' })).data).toBe('private hi');
  });

  it('works for methods that call super', async () => {
    const peer = await connect();
    expect((await peer.request('super', { text: 'hi' })).data).toBe('base hi');
  });

  it('is inherited, and an override takes the place of what it overrides', async () => {
    const peer = await connect();
    expect((await peer.request('inherited')).data).toBe('own inherited');
    expect((await peer.request('overridden')).data).toBe('own and own base');
  });
});

describe('a handler class', () => {
  it('handles its event with the client and the whole payload', async () => {
    const peer = await connect();
    expect((await peer.request('double', { n: 4 })).data).toEqual({ client: true, n: 8 });
    peer.send('double', { n: 5 });
    expect(await peer.next()).toMatchObject({ event: 'double', data: { n: 10 } });
  });
});

describe('a message that a newer one has overtaken', () => {
  async function sendBothTimes(event: string, staleMessages?: 'drop' | 'handle') {
    const { app, url } = await start({
      providers: [MarkGateway],
      ...(staleMessages === undefined ? {} : { options: { staleMessages } }),
    });
    const peer = await WsPeer.connect(url);
    peer.send(event, { text: 'newer' }, { timestamp: '2026-01-01T00:00:02' });
    peer.send(event, { text: 'older' }, { timestamp: '2026-01-01T00:00:01' });
    await peer.barrier();
    return app.get(MarkGateway).handled;
  }

  it('is dropped', async () => {
    expect(await sendBothTimes('dropping')).toEqual(['newer']);
  });

  it('is handled where the handler says so', async () => {
    expect(await sendBothTimes('keeping')).toEqual(['newer', 'older']);
  });

  it('is handled where the module says so, except where a handler says otherwise', async () => {
    expect(await sendBothTimes('dropping', 'handle')).toEqual(['newer', 'older']);
    expect(await sendBothTimes('strict', 'handle')).toEqual(['newer']);
  });
});
