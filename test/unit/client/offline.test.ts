import { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import { FakeServer } from '../../support/fake-server.js';
import { changeTo, ClientFixture } from './client-fixture.js';

describe('while not connected', () => {
  const fixture = new ClientFixture();

  it('messages and requests wait, and go out in order on the next connection', async () => {
    const client = fixture.client({ autoConnect: false });
    client.emit('first', 1);
    const answer = client.request('second', 2);
    client.emit('third', 3);
    void client.connect();
    const peer = await fixture.server.accept();
    const frames = [await peer.next(), await peer.next(), await peer.next()];
    expect(frames.map(({ event, data }) => [event, data])).toEqual([
      ['first', 1],
      ['second', 2],
      ['third', 3],
    ]);
    peer.ack(frames[1]!, 'done');
    expect(await answer).toBe('done');
  });

  it('subscriptions go out before the messages', async () => {
    const client = fixture.client({ autoConnect: false });
    client.emit('first');
    void client.subscribe('clock');
    void client.connect();
    const peer = await fixture.server.accept();
    expect([(await peer.next()).event, (await peer.next()).event]).toEqual(['subscribe', 'first']);
  });

  it('nothing that was sent after the connection broke is lost', async () => {
    const [client, peer] = await fixture.pair();
    const lost = changeTo(client, 'disconnected');
    peer.drop();
    await lost;
    client.emit('while away');
    const again = await fixture.server.accept();
    expect((await again.next()).event).toBe('while away');
  });

  it('a message that is sent while a close handshake runs waits for the next connection', async () => {
    const sockets: WebSocket[] = [];
    class ObservedSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    const [client, peer] = await fixture.pair({ WebSocket: ObservedSocket });
    // The server does not read the answer to its close frame yet, so the handshake hangs.
    peer.socket.pause();
    peer.close(1012);
    while (sockets[0]?.readyState === WebSocket.OPEN) await new Promise(setImmediate);
    expect(client.state).toBe('connected');
    client.emit('not into the void');
    peer.socket.resume();
    expect((await (await fixture.server.accept()).next()).event).toBe('not into the void');
  });

  it('a request that timed out or was aborted is not sent later', async () => {
    const client = fixture.client({ autoConnect: false });
    const giveUp = new AbortController();
    const aborted = client.request('aborted', {}, { signal: giveUp.signal });
    const late = client.request('late', {}, { timeoutMs: 1 });
    client.emit('wanted');
    giveUp.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    void client.connect();
    expect((await (await fixture.server.accept()).next()).event).toBe('wanted');
  });

  it('a message too many is refused with a clear error', async () => {
    const client = fixture.client({ autoConnect: false, offlineQueue: { maxMessages: 2 } });
    client.emit('a');
    client.emit('b');
    const expected = {
      name: 'BounceWsError',
      code: 'limit_exceeded',
      message: 'Not connected, and the queue is full (queuedMessages: 2)',
      details: { limit: 'queuedMessages', max: 2 },
    };
    expect(() => client.emit('c')).toThrow(expect.objectContaining(expected));
    await expect(client.request('c')).rejects.toMatchObject(expected);
  });

  it('a queue that nobody configured holds 1000 messages or 1 MiB', () => {
    const messages = fixture.client({ autoConnect: false });
    for (let n = 0; n < 1_000; n++) messages.emit('n', n);
    expect(() => messages.emit('n')).toThrow(/queuedMessages: 1000/);
    const bytes = fixture.client({ autoConnect: false });
    for (let n = 0; n < 10; n++) bytes.emit('n', 'x'.repeat(100_000));
    expect(() => bytes.emit('n', 'x'.repeat(100_000))).toThrow(/queuedBytes: 1048576/);
  });

  it('requests that were never sent survive a failed attempt', async () => {
    const client = fixture.client({ autoConnect: false });
    const { port } = fixture.server;
    const answer = client.request('patient');
    await fixture.server.stop();
    void client.connect();
    await changeTo(client, 'disconnected');
    fixture.server = await FakeServer.listen(port);
    const peer = await fixture.server.accept();
    peer.ack(await peer.next(), 'rewarded');
    expect(await answer).toBe('rewarded');
  });
});
