import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { WsPeer } from '../../support/ws-peer.js';

interface Sent {
  readonly event: string;
  readonly data?: unknown;
  readonly id?: string;
}

/** Answers like the real server, as far as a peer can tell. */
function answer(socket: WebSocket, { event, data, id }: Sent): void {
  const say = (name: string, rest?: object): void =>
    socket.send(
      JSON.stringify({ event: name, data, timestamp: '2026-11-20T12:00:00.123', ...rest }),
    );
  if (event === 'ping') say('pong', { id });
  if (event === 'fail') say('error', { id });
  if (event === 'noise') say('noise');
  if (event === 'add') {
    say('noise');
    say('ack', { id });
  }
  if (event === 'leave') socket.close(4403, 'enough');
  if (event === 'babble') socket.send('no json');
}

describe('WsPeer', () => {
  let server: WebSocketServer;
  let url: string;

  beforeEach(async () => {
    server = new WebSocketServer({
      port: 0,
      verifyClient: ({ origin }: { origin: string }, accept) => {
        accept(origin !== 'http://evil.test', 403, 'not you');
      },
    });
    server.on('connection', (socket) => {
      socket.on('message', (frame: Buffer) => {
        answer(socket, JSON.parse(frame.toString()) as Sent);
      });
      socket.send(JSON.stringify({ event: 'welcome', data: {}, timestamp: '' }));
    });
    await once(server, 'listening');
    url = `ws://localhost:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  test('misses nothing that was sent before it listened', async () => {
    const alice = await WsPeer.connect(url);
    await alice.request('add');
    expect(await alice.next()).toMatchObject({ event: 'welcome' });
    expect(await alice.next()).toMatchObject({ event: 'noise' });
  });

  test('waits for an event and leaves the others queued', async () => {
    const alice = await WsPeer.connect(url);
    alice.send('noise', 1);
    expect(await alice.next('noise')).toMatchObject({ data: 1 });
    expect(await alice.next()).toMatchObject({ event: 'welcome' });
  });

  test('pairs a request with its answer, an error too', async () => {
    const alice = await WsPeer.connect(url);
    const answers = await Promise.all([alice.request('fail', 1), alice.request('add', 2)]);
    expect(answers).toMatchObject([
      { event: 'error', data: 1 },
      { event: 'ack', data: 2 },
    ]);
  });

  test('a barrier returns what came before it, and then there is nothing', async () => {
    const alice = await WsPeer.connect(url);
    alice.send('noise');
    expect(await alice.barrier()).toMatchObject([{ event: 'welcome' }, { event: 'noise' }]);
    expect(await alice.barrier()).toEqual([]);
  });

  test('rejects in bounded time with what did come', async () => {
    const alice = await WsPeer.connect(url, { timeoutMs: 50 });
    await expect(alice.next('never')).rejects.toThrow(
      /^Waited for "never": nothing in 50 ms\. Not taken so far: \[.*"welcome".*\]$/,
    );
  });

  test('tells a close to those who wait and to those who ask later', async () => {
    const alice = await WsPeer.connect(url);
    alice.send('leave');
    await expect(alice.next('never')).rejects.toThrow('closed with 4403 enough');
    await expect(alice.request('add')).rejects.toThrow('closed with 4403 enough');
    expect(await alice.closed).toEqual({ code: 4403, reason: 'enough' });
  });

  test('gives up on a server that does not speak JSON', async () => {
    const alice = await WsPeer.connect(url);
    alice.send('babble');
    await expect(alice.next('never')).rejects.toThrow('a frame that is no JSON text: no json');
  });

  test('reports a refused upgrade with its status and body', async () => {
    await expect(WsPeer.connect(url, { origin: 'http://evil.test' })).rejects.toMatchObject({
      name: 'UpgradeRefused',
      status: 403,
      body: 'not you',
    });
  });

  test('closes from its own side', async () => {
    const alice = await WsPeer.connect(url);
    expect(await alice.close(1000, 'bye')).toEqual({ code: 1000, reason: 'bye' });
  });
});
