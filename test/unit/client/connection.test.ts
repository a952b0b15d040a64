import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { describe, expect, it, vi } from 'vitest';
import { BounceClient, BounceWsError } from '../../../lib/client/index.js';
import { BounceClient as NodeBounceClient } from '../../../lib/client/node.js';
import { FakeServer } from '../../support/fake-server.js';
import { changesOf, changeTo, ClientFixture, nextData, QUICK_RECONNECT } from './client-fixture.js';

describe('a client', () => {
  const fixture = new ClientFixture();

  it('connects by itself', async () => {
    const client = fixture.client();
    expect(client.state).toBe('connecting');
    const changes = changesOf(client);
    await fixture.server.accept();
    await client.connect();
    expect(changes).toEqual([{ state: 'connected', previous: 'connecting', code: 0, reason: '' }]);
  });

  it('waits for connect() when autoConnect is off', async () => {
    const client = fixture.client({ autoConnect: false });
    const changes = changesOf(client);
    expect(client.state).toBe('idle');
    await client.connect();
    await client.connect();
    expect(changes.map(({ state }) => state)).toEqual(['connecting', 'connected']);
    expect(fixture.server.accepted).toBe(1);
  });

  it('takes http addresses and keeps path and query', async () => {
    const client = fixture.client(
      {},
      new URL(`http://127.0.0.1:${fixture.server.port}/ws?a=b#top`),
    );
    expect(client.url).toBe(`ws://127.0.0.1:${fixture.server.port}/ws?a=b`);
    expect((await fixture.server.accept()).path).toBe('/ws?a=b');
  });

  it.each(['nonsense', 'ftp://example.com/?token=secret'])('refuses the address %s', (url) => {
    expect(() => new BounceClient(url, { WebSocket })).toThrow(TypeError);
    expect(() => new BounceClient(url, { WebSocket })).not.toThrow(/secret/);
  });

  it('says what to do where there is no WebSocket', () => {
    vi.stubGlobal('WebSocket', undefined);
    expect(() => new BounceClient(fixture.server.url)).toThrow(
      expect.objectContaining({
        code: 'unavailable',
        message: expect.stringContaining('new BounceClient(url, { WebSocket })'),
      }),
    );
    vi.unstubAllGlobals();
  });

  it('needs no WebSocket to be passed in Node', async () => {
    const client = new NodeBounceClient(fixture.server.url);
    const peer = await fixture.server.accept();
    await client.connect();
    client.close();
    expect(await peer.closed).toEqual({ code: 1000, reason: '' });
  });

  it('offers the subprotocols it was given', async () => {
    fixture.client({ protocols: ['bounce.v1.json'] });
    expect((await fixture.server.accept()).socket.protocol).toBe('bounce.v1.json');
  });

  it('announces connect and disconnect as events', async () => {
    const client = fixture.client();
    const connected = nextData(client, 'connect');
    const peer = await fixture.server.accept();
    await connected;
    const gone = nextData(client, 'disconnect');
    peer.close(1012, 'restart');
    expect(await gone).toEqual({ code: 1012, reason: 'restart' });
  });

  it('comes back after the connection broke, and says why it was away', async () => {
    const [client, peer] = await fixture.pair();
    const changes = changesOf(client);
    const back = changeTo(client, 'connected');
    peer.drop();
    await back;
    expect(changes).toEqual([
      { state: 'disconnected', previous: 'connected', code: 1006, reason: '' },
      { state: 'connecting', previous: 'disconnected', code: 1006, reason: '' },
      { state: 'connected', previous: 'connecting', code: 0, reason: '' },
    ]);
    expect(fixture.server.accepted).toBe(2);
  });

  it('keeps its handlers, each of them once, through reconnects', async () => {
    const [client, first] = await fixture.pair();
    const seen: unknown[] = [];
    client.on('tick', (data) => seen.push(data));
    let peer = first;
    for (const round of [1, 2, 3]) {
      const back = changeTo(client, 'connected');
      peer.drop();
      peer = await fixture.server.accept();
      await back;
      const got = nextData(client, 'tick');
      peer.send('tick', round);
      await got;
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it('keeps trying while the server is away, and is there when it is back', async () => {
    const [client] = await fixture.pair();
    const { port } = fixture.server;
    let refusals = 0;
    const refusedTwice = new Promise<void>((resolve) => {
      client.onStateChange(({ state, previous }) => {
        if (state === 'disconnected' && previous === 'connecting' && ++refusals === 2) resolve();
      });
    });
    await fixture.server.stop();
    await refusedTwice;
    fixture.server = await FakeServer.listen(port);
    await client.connect();
    expect(client.state).toBe('connected');
  });

  it.each([
    [1000, 'done'],
    [4403, 'banned'],
    [4409, 'replaced'],
    [4100, "the application's own"],
  ])('stops for good on the close code %i', async (code, reason) => {
    const [client, peer] = await fixture.pair();
    const closed = changeTo(client, 'closed');
    peer.close(code, reason);
    expect(await closed).toEqual({ state: 'closed', previous: 'connected', code, reason });
    expect(() => client.emit('a')).toThrow(
      expect.objectContaining({ code: 'unavailable', details: { code, reason } }),
    );
    await expect(client.request('a')).rejects.toMatchObject({ code: 'unavailable' });
    expect(fixture.server.accepted).toBe(1);
  });

  it('waits the longest delay after the rate limit, unless told to connect', async () => {
    const [client, peer] = await fixture.pair({ reconnect: { minDelayMs: 1, maxDelayMs: 60_000 } });
    const lost = changeTo(client, 'disconnected');
    peer.close(4429, 'rate limit');
    await lost;
    await client.connect();
    expect(fixture.server.accepted).toBe(2);
  });

  it('stays away for as long as the server asks it to, and the back-off after that', async () => {
    const [client, peer] = await fixture.pair();
    const lost = changeTo(client, 'disconnected');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      peer.close(1012, 'restart; retry-after=60000');
      expect(await lost).toMatchObject({ code: 1012, reason: 'restart; retry-after=60000' });
      vi.advanceTimersByTime(60_000);
      expect(client.state).toBe('disconnected');
      vi.advanceTimersByTime(QUICK_RECONNECT.maxDelayMs);
      expect(client.state).toBe('connecting');
    } finally {
      vi.useRealTimers();
    }
    await client.connect();
    expect(fixture.server.accepted).toBe(2);
  });

  it('does not come back when reconnecting is off', async () => {
    const [client, peer] = await fixture.pair({ reconnect: false });
    const closed = changeTo(client, 'closed');
    peer.drop();
    expect(await closed).toMatchObject({ code: 1006 });
  });

  it('can be opened again after it was closed', async () => {
    const [client, peer] = await fixture.pair();
    client.close();
    expect(await peer.closed).toEqual({ code: 1000, reason: '' });
    await client.connect();
    client.emit('again');
    expect((await (await fixture.server.accept()).next()).event).toBe('again');
  });

  it('can be closed and opened by a state listener', async () => {
    const [client, peer] = await fixture.pair();
    client.onStateChange(({ state }) => {
      if (state === 'disconnected') client.close(3001, 'enough');
      if (state === 'closed') void client.connect();
    });
    const back = changeTo(client, 'connected');
    peer.drop();
    await back;
    expect(fixture.server.accepted).toBe(2);
  });

  it('survives a state listener that throws', async () => {
    const [client, peer] = await fixture.pair();
    const errors: unknown[] = [];
    client.onError((error) => errors.push(error));
    client.onStateChange(() => {
      throw new Error('mine');
    });
    const back = changeTo(client, 'connected');
    peer.drop();
    await back;
    expect(errors).toEqual([new Error('mine'), new Error('mine'), new Error('mine')]);
  });
});

describe('close()', () => {
  const fixture = new ClientFixture();

  it('sends what was sent before it, then the code and reason', async () => {
    const [client, peer] = await fixture.pair();
    client.emit('bye');
    client.close(4001, 'lunch');
    expect(client.state).toBe('closed');
    expect((await peer.next()).event).toBe('bye');
    expect(await peer.closed).toEqual({ code: 4001, reason: 'lunch' });
  });

  it('rejects the requests that wait and drops the messages that are queued', async () => {
    const [client] = await fixture.pair();
    const sent = client.request('slow');
    client.close();
    await expect(sent).rejects.toMatchObject({ code: 'unavailable' });

    const offline = fixture.client({ autoConnect: false });
    offline.emit('lost');
    const queued = offline.request('slow');
    offline.close();
    await expect(queued).rejects.toMatchObject({ code: 'unavailable' });
    await offline.connect();
    offline.emit('kept');
    expect((await (await fixture.server.accept()).next()).event).toBe('kept');
  });

  it('ends an attempt that is under way, and whoever waits for it', async () => {
    const client = fixture.client();
    const ready = client.connect();
    client.close();
    await expect(ready).rejects.toBeInstanceOf(BounceWsError);
    expect(client.state).toBe('closed');
  });

  it('ends the wait for the next attempt', async () => {
    const [client, peer] = await fixture.pair({ reconnect: { minDelayMs: 60_000 } });
    const lost = changeTo(client, 'disconnected');
    peer.drop();
    await lost;
    client.close();
    expect(client.state).toBe('closed');
  });

  it('does not wait longer than 2 seconds for a server that does not answer', async () => {
    const sockets: WebSocket[] = [];
    class ObservedSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    const [client, peer] = await fixture.pair({ WebSocket: ObservedSocket });
    peer.socket.pause();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const gone = once(sockets[0]!, 'close');
      client.close();
      vi.advanceTimersByTime(1_999);
      await new Promise(setImmediate);
      expect(sockets[0]!.readyState).toBe(WebSocket.CLOSING);
      vi.advanceTimersByTime(1);
      await gone;
    } finally {
      vi.useRealTimers();
      peer.socket.resume();
    }
  });

  it('throws on a code that cannot be sent, and stays connected', async () => {
    const [client, peer] = await fixture.pair();
    expect(() => client.close(1006)).toThrow();
    expect(client.state).toBe('connected');
    client.emit('still here');
    expect((await peer.next()).event).toBe('still here');
  });
});

describe('a dead server', () => {
  const fixture = new ClientFixture();

  it('is noticed without ping frames, and the client comes back', async () => {
    const [client, peer] = await fixture.pair({ heartbeat: { intervalMs: 20, timeoutMs: 20 } });
    const lost = changeTo(client, 'disconnected');
    expect(await peer.next()).toEqual({ event: 'ping', id: 0 });
    expect(await lost).toMatchObject({ code: 4408, reason: 'heartbeat timeout' });
    await client.connect();
    expect(fixture.server.accepted).toBe(2);
  });

  it('is none when it answers, and nobody else sees the answer', async () => {
    const [client, peer] = await fixture.pair({ heartbeat: { intervalMs: 10, timeoutMs: 2_000 } });
    const seen = vi.fn();
    client.onAny(seen);
    client.onError(seen);
    for (let round = 0; round < 3; round++) {
      const ping = await peer.next();
      peer.send('pong', {}, ping.id);
    }
    peer.refuse(await peer.next(), 'rate_limited');
    await peer.next();
    expect(seen).not.toHaveBeenCalled();
    expect(client.state).toBe('connected');
  });

  it('is given up when it accepts the connection and says nothing', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const accepted = once(mute, 'connection');
    const client = fixture.client({ connectTimeoutMs: 20 }, `ws://127.0.0.1:${port}`);
    expect(await changeTo(client, 'disconnected')).toMatchObject({
      previous: 'connecting',
      code: 4408,
      reason: 'connect timeout',
    });
    client.close();
    await accepted;
    mute.close();
  });
});
