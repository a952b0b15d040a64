import { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import { BounceWsError, type ClientCodec } from '../../../lib/client/index.js';
import { ClientFixture, nextData, reportedError } from './client-fixture.js';

/** The envelope as the bytes of its JSON, so that a peer of the test can read it. */
const BYTES: ClientCodec = {
  subprotocol: 'test.v1.bytes',
  binary: true,
  write: (envelope) => Buffer.from(JSON.stringify(envelope)),
  read(frame) {
    if (typeof frame === 'string') throw new BounceWsError('bad_envelope', 'Not bytes');
    return JSON.parse(Buffer.from(frame).toString()) as unknown;
  },
};

const bytes = (envelope: object) => Buffer.from(JSON.stringify(envelope));

describe('a client with a codec', () => {
  const fixture = new ClientFixture();

  it('offers its subprotocol before all others', async () => {
    const client = fixture.client({ codec: BYTES, protocols: ['other'] });
    const { socket } = await fixture.server.accept();
    await client.connect();
    expect(client.protocol).toBe('test.v1.bytes');
    expect(socket.protocol).toBe('test.v1.bytes');
  });

  it('writes all it sends with it: messages, requests, pings and answers', async () => {
    const [client, peer] = await fixture.pair({ codec: BYTES });
    const kinds: boolean[] = [];
    peer.socket.on('message', (_data, isBinary) => kinds.push(isBinary));
    client.handle('question', () => 42);
    client.emit('say', { text: '€' });
    const answer = client.request('add', { a: 1 });
    peer.socket.send(bytes({ event: 'question', id: 's1', data: {} }));
    expect((await peer.next()).data).toEqual({ text: '€' });
    const request = await peer.next();
    expect(request).toMatchObject({ event: 'add', data: { a: 1 } });
    expect(await peer.next()).toEqual({ event: 'ack', id: 's1', data: 42 });
    peer.socket.send(bytes({ event: 'ack', id: request.id, data: 1 }));
    expect(await answer).toBe(1);
    expect(kinds).toEqual([true, true, true]);
  });

  it('reads all it gets with it, whatever binaryType says', async () => {
    const client = fixture.client({ codec: BYTES });
    client.binaryType = 'blob';
    const peer = await fixture.server.accept();
    await client.connect();
    const heard = nextData(client, 'announce');
    peer.socket.send(bytes({ event: 'announce', data: { text: '€' } }));
    expect(await heard).toEqual({ text: '€' });
  });

  it('queues what it wrote while not connected', async () => {
    const client = fixture.client({ codec: BYTES, autoConnect: false });
    const answer = client.request('add', { a: 1 });
    expect(client.bufferedAmount).toBeGreaterThan(0);
    void client.connect();
    const peer = await fixture.server.accept();
    const { id } = await peer.next();
    peer.socket.send(bytes({ event: 'ack', id, data: 1 }));
    expect(await answer).toBe(1);
  });

  it.each([
    ['text', '{"event":"announce","data":{}}'],
    ['bytes', Buffer.from('no JSON')],
    ['nothing', Buffer.alloc(0)],
  ])('reports a frame that it cannot read, and goes on: %s', async (_kind, frame) => {
    const [client, peer] = await fixture.pair({ codec: BYTES });
    const error = reportedError(client);
    peer.socket.send(frame);
    expect(await error).toBeInstanceOf(Error);
    const heard = nextData(client, 'next');
    peer.socket.send(bytes({ event: 'next', data: 1 }));
    expect(await heard).toBe(1);
  });

  it('rejects what the codec cannot hold', async () => {
    const [client] = await fixture.pair({ codec: BYTES });
    expect(() => client.emit('n', 1n)).toThrow(TypeError);
    await expect(client.request('n', 1n)).rejects.toThrow(TypeError);
  });

  it('is refused by a server that speaks something else', async () => {
    const client = fixture.client({ codec: BYTES, reconnect: false, autoConnect: false });
    fixture.server.takesSubprotocols = false;
    await expect(client.connect()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a client without a codec', () => {
  const fixture = new ClientFixture();

  it('offers no subprotocol, and reports bytes', async () => {
    const [client, peer] = await fixture.pair();
    expect(client.protocol).toBe('');
    const error = reportedError(client);
    peer.socket.send(Buffer.from('{"event":"announce","data":{}}'));
    expect(await error).toMatchObject({ code: 'bad_json' });
    expect(peer.socket.readyState).toBe(WebSocket.OPEN);
  });
});
