import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import { BounceClient, BounceWsError, type ClientOptions } from '../../../lib/client/index.js';
import { type ReferenceServer, startReferenceServer } from '../../conformance/reference-server.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { changeTo, nextData, QUICK_RECONNECT } from './client-fixture.js';

/** What the reference server sends; PROTOCOL.md, section 13. */
interface ServerEvents {
  announce: { text: string; channel: string; from: string };
  shouted: { text: string };
  clock: { n: number };
  news: { text: string };
  question: (data: { question: string }) => string;
}

/** What it handles. */
interface ClientEvents {
  echo: unknown;
  add: (data: { a: number; b: number }) => number;
  join: { room: string };
  rooms: () => string[];
  announce: { text: string; channel?: string };
  shout: { text: string };
  slow: (data: { ms: number }) => { ms: number };
  profile: { name: string; age: number };
  count: (data: { to: number; everyMs?: number }) => number;
  ask: (data: { question: string }) => { answer: string };
  publish_news: { text: string };
}

type Client = BounceClient<ServerEvents, ClientEvents>;

/** Each way of talking to it, and a frame that is none of its own. */
const TALKS: readonly [name: string, options: ClientOptions, foreign: string | Uint8Array][] = [
  ['JSON', { protocols: 'bounce.v1.json' }, new Uint8Array(1)],
  ['MessagePack', { codec: new MsgpackCodec() }, '{}'],
];

describe.each(TALKS)('a client of the reference server that speaks %s', (_name, talk, foreign) => {
  let server: ReferenceServer;
  const clients: Client[] = [];
  expectNoUnhandledErrors();

  beforeAll(async () => {
    server = await startReferenceServer({ port: 0, logger: false });
  }, 30_000);
  afterAll(() => server.close());
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  const open = (url = server.url, options: ClientOptions = {}): Client => {
    const client: Client = new BounceClient(url, {
      WebSocket,
      reconnect: QUICK_RECONNECT,
      ...talk,
      ...options,
    });
    clients.push(client);
    return client;
  };

  it('gets answers, and errors with their code and details', async () => {
    const client = open();
    expect(await client.request('add', { a: 2, b: 3 })).toBe(5);
    expect(await client.request('echo', [null, '€'])).toEqual([null, '€']);
    await expect(client.request('profile', { name: '', age: 7 })).rejects.toMatchObject({
      code: 'invalid_payload',
      details: { fields: [expect.objectContaining({ field: 'name' })] },
    });
    expect(client.protocol).toBe(talk.codec?.subprotocol ?? talk.protocols);
  });

  it('reads a stream, and cancels one that it leaves', async () => {
    const client = open();
    const all: number[] = [];
    for await (const n of client.stream('count', { to: 3 })) all.push(n);
    expect(all).toEqual([1, 2, 3]);
    for await (const n of client.stream('count', { to: 1_000, everyMs: 1 })) if (n === 2) break;
    expect(await client.request('add', { a: 1, b: 1 })).toBe(2);
  });

  it('answers questions', async () => {
    const client = open();
    client.handle('question', ({ question }) => `${question} Yes.`);
    expect(await client.request('ask', { question: 'Are you there?' })).toEqual({
      answer: 'Are you there? Yes.',
    });
  });

  it('meets others in a room', async () => {
    const [ann, ben] = [open(), open()];
    await ann.request('join', { room: 'general' });
    const heard = nextData(ann, 'announce');
    ben.emit('announce', { text: 'hello' });
    expect(await heard).toMatchObject({ text: 'hello', channel: 'general' });
  });

  it('is told what it may not do', async () => {
    const client = open();
    client.onError(() => undefined);
    await expect(client.authenticate('no such thing')).rejects.toBeInstanceOf(BounceWsError);
    const refused = client.subscribe('nonsense' as 'clock');
    await expect(refused).rejects.toMatchObject({
      code: 'unknown_event',
      details: { events: ['nonsense'] },
    });
  });

  it('is closed by a frame that the server does not take', async () => {
    const client = open();
    const closed = changeTo(client, 'closed');
    client.sendRaw(foreign);
    expect(await closed).toMatchObject({ code: 1003 });
  });

  it('comes back through a network that breaks: subscribed, every handler once, nothing queued lost', async () => {
    const proxy = await TcpProxy.listen(server.port);
    try {
      const client = open(`ws://127.0.0.1:${proxy.port}/ws`);
      const news: string[] = [];
      client.on('news', ({ text }) => news.push(text));
      expect(await client.subscribe('news')).toEqual(['news']);
      for (let round = 1; round <= 3; round++) {
        const lost = changeTo(client, 'disconnected');
        proxy.reset();
        await lost;
        client.emit('publish_news', { text: `${round}` });
        await vi.waitFor(() => expect(news).toHaveLength(round));
      }
      expect(news).toEqual(['1', '2', '3']);
      expect(proxy.accepted).toBe(4);
    } finally {
      await proxy.close();
    }
  });

  it('notices that a server is gone which still seems to be there', async () => {
    const proxy = await TcpProxy.listen(server.port);
    try {
      const client = open(`ws://127.0.0.1:${proxy.port}/ws`, {
        heartbeat: { intervalMs: 50, timeoutMs: 500 },
      });
      await client.connect();
      const lost = changeTo(client, 'disconnected');
      proxy.halfOpen('client');
      expect(await lost).toMatchObject({ code: 4408, reason: 'heartbeat timeout' });
      expect(await client.request('add', { a: 1, b: 1 })).toBe(2);
    } finally {
      await proxy.close();
    }
  });
});
