import { Global, Injectable, Module } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  type EventRouter,
  type MessageContext,
  OnEvent,
  type Route,
} from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { WsPeer } from '../../support/ws-peer.js';

@WebSocketGateway()
class ChatGateway {
  @OnEvent('chat')
  chat(_client: BounceSocket, text: string) {
    return `chat ${text}`;
  }

  @OnEvent('fallback')
  fallback() {
    return 'fallback';
  }
}

/** Sends `chat.anything` to the handler of `chat`. */
class PrefixRouter implements EventRouter {
  readonly asked: { event: string; data: unknown; known: string[] }[] = [];

  route({ event, data }: MessageContext, routes: ReadonlyMap<string, Route>) {
    this.asked.push({ event, data, known: [...routes.keys()] });
    if (event === 'broken') throw new Error('secret of the router');
    return routes.get(event) ?? routes.get(event.split('.')[0]!);
  }
}

@Injectable()
class Aliases {
  readonly names = new Map([['say', 'chat']]);
}

@Global()
@Module({ providers: [Aliases], exports: [Aliases] })
class AliasModule {}

@Injectable()
class AliasRouter implements EventRouter {
  constructor(private readonly aliases: Aliases) {}

  route({ event }: MessageContext, routes: ReadonlyMap<string, Route>) {
    return routes.get(this.aliases.names.get(event) ?? event);
  }
}

expectNoUnhandledErrors();
const start = useApps();

async function connect() {
  const router = new PrefixRouter();
  const { url, log } = await start({ providers: [ChatGateway], options: { router } });
  return { router, log, peer: await WsPeer.connect(url) };
}

describe('the default router', () => {
  it('takes an event to the handler of exactly its name', async () => {
    const { url } = await start({ providers: [ChatGateway] });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('chat', { text: 'hi' })).data).toBe('chat hi');
    for (const event of ['Chat', 'chat ', 'chat.room', 'cha']) {
      expect((await peer.request(event, { text: 'hi' })).data).toMatchObject({
        code: 'unknown_event',
      });
    }
  });
});

describe('the option router', () => {
  it('takes an instance, which then chooses the handler', async () => {
    const { peer } = await connect();
    expect((await peer.request('chat', { text: 'a' })).data).toBe('chat a');
    expect((await peer.request('chat.room', { text: 'b' })).data).toBe('chat b');
  });

  it('takes a class, whose dependencies Nest injects', async () => {
    const { url } = await start({
      imports: [AliasModule],
      providers: [ChatGateway],
      options: { router: AliasRouter },
    });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('say', { text: 'hi' })).data).toBe('chat hi');
    expect((await peer.request('tell', { text: 'hi' })).data).toMatchObject({
      code: 'unknown_event',
      event: 'tell',
    });
  });

  it('shows the router the message and the handlers there are', async () => {
    const { peer, router } = await connect();
    await peer.request('chat.room', { text: 'hi' });
    expect(router.asked).toEqual([
      { event: 'chat.room', data: { text: 'hi' }, known: ['chat', 'fallback'] },
    ]);
  });

  it('names the event that was sent in an error', async () => {
    const { peer } = await connect();
    expect((await peer.request('chat.room', { text: 7 })).data).toMatchObject({
      code: 'invalid_payload',
      event: 'chat.room',
    });
  });

  it('answers unknown_event where the router finds nothing', async () => {
    const { peer } = await connect();
    expect((await peer.request('nonsense')).data).toMatchObject({ code: 'unknown_event' });
  });

  it('answers internal_error where the router throws, and logs it', async () => {
    const { peer, log } = await connect();
    expect((await peer.request('broken')).data).toEqual({
      code: 'internal_error',
      message: 'Internal server error',
      event: 'broken',
    });
    expect(log.errors.join('\n')).toContain('secret of the router');
    expect((await peer.request('chat', { text: 'hi' })).data).toBe('chat hi');
  });

  it('does not ask the router about reserved events', async () => {
    const { peer, router } = await connect();
    await peer.request('subscribe', { events: [] });
    await peer.request('cancel', { id: 1 });
    await peer.request('error');
    await peer.barrier();
    expect(router.asked).toEqual([]);
  });
});
