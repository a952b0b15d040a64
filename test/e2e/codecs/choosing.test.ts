import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, type Codec, OnEvent, Payload } from 'bounce-ws';
import { BazisCodec } from 'bounce-ws/codecs/bazis';
import { BounceCodec } from 'bounce-ws/codecs/bounce';
import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import { startApp } from '../../support/start-app.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

@WebSocketGateway()
class WhoGateway {
  @OnEvent('codec')
  codec(client: BounceSocket): object {
    return { codec: client.handshake.codec, subprotocol: client.handshake.subprotocol };
  }

  @OnEvent('echo')
  echo(_client: BounceSocket, @Payload() payload: unknown): unknown {
    return payload;
  }
}

@WebSocketGateway({ path: '/own' })
class OwnPathGateway extends WhoGateway {}

/** The default format, with a word of its own. */
class ShoutCodec extends BounceCodec {
  override readonly name = 'shout' as never;
  override readonly subprotocol = 'shout' as never;
}

const shout: Codec = new ShoutCodec();

describe('The codec of an endpoint', () => {
  it('is bounce where nothing is said', async () => {
    const { url } = await start({ providers: [WhoGateway] });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('codec')).data).toEqual({ codec: 'bounce', subprotocol: '' });
  });

  it.each([
    ['wszero', { op: 'codec' }, { op: 'codec', codec: 'wszero', subprotocol: '' }],
    [
      'microsockets',
      { event: 'codec', payload: '{}' },
      { event: 'codec', payload: '{"codec":"microsockets","subprotocol":""}' },
    ],
    ['bazis', { type: 'codec' }, { type: 'data', data: { codec: 'bazis', subprotocol: '' } }],
  ] as const)('is chosen by its name: %s', async (codec, question, answer) => {
    const { url } = await start({
      providers: [WhoGateway],
      options: { endpoints: [{ path: '/there', codec }] },
    });
    const peer = await FramePeer.connect(`${url}/there`);
    peer.send(question);
    expect(await peer.next()).toEqual(answer);
  });

  it('is chosen by its name: msgpack', async () => {
    const { url } = await start({
      providers: [WhoGateway],
      options: { endpoints: [{ path: '/', codec: 'msgpack' }] },
    });
    const peer = await FramePeer.connect(url);
    peer.send(pack({ event: 'codec', id: 1 }));
    expect(unpack((await peer.next()) as Buffer)).toMatchObject({
      event: 'ack',
      id: 1,
      data: { codec: 'msgpack', subprotocol: '' },
    });
  });

  it('can be an instance, with options of its own', async () => {
    const codec = new BazisCodec({ includeEvent: true });
    const { url } = await start({
      providers: [WhoGateway],
      options: { endpoints: [{ path: '/', codec }] },
    });
    const peer = await FramePeer.connect(url);
    peer.send({ type: 'echo', a: 1 });
    expect(await peer.next()).toEqual({ type: 'data', event: 'echo', data: { a: 1 } });
  });

  it('differs from endpoint to endpoint, and one gateway is on all of them', async () => {
    const { url } = await start({
      providers: [WhoGateway],
      options: { endpoints: [{ path: '/ws' }, { path: '/zero', codec: 'wszero' }] },
    });
    const ours = await WsPeer.connect(`${url}/ws`);
    const zero = await FramePeer.connect(`${url}/zero`);
    expect((await ours.request('codec')).data).toMatchObject({ codec: 'bounce' });
    zero.send({ op: 'codec' });
    expect(await zero.next()).toMatchObject({ codec: 'wszero' });
  });

  it('holds for a gateway that names the path itself', async () => {
    const { url } = await start({
      providers: [OwnPathGateway],
      options: { endpoints: [{ path: '/' }, { path: 'own/', codec: 'wszero' }] },
    });
    const peer = await FramePeer.connect(`${url}/own`);
    peer.send({ op: 'echo', a: 1 });
    expect(await peer.next()).toEqual({ op: 'echo', a: 1 });
  });
});

describe('The subprotocol', () => {
  it.each([
    ['/ws', ['bounce.v1.msgpack'], 'bounce.v1.msgpack'],
    ['/ws', ['bounce.v1.json'], 'bounce.v1.json'],
    ['/ws', ['other', 'bounce.v1.msgpack', 'bounce.v1.json'], 'bounce.v1.msgpack'],
    ['/ws', ['bounce.v1.json', 'bounce.v1.msgpack'], 'bounce.v1.json'],
    ['/zero', ['bounce.v1.msgpack'], 'bounce.v1.msgpack'],
    ['/both', ['shout'], 'shout'],
  ])('chooses on %s, of %j, %s', async (path, offered, chosen) => {
    const { url } = await start({
      providers: [WhoGateway],
      options: {
        endpoints: [
          { path: '/ws' },
          { path: '/zero', codec: 'wszero' },
          { path: '/both', codec: ['bounce', shout] },
        ],
      },
    });
    const peer = await FramePeer.connect(url + path, offered);
    expect(peer.socket.protocol).toBe(chosen);
    const isBinary = chosen.endsWith('msgpack');
    const question = { event: 'codec', id: 1 };
    peer.send(isBinary ? pack(question) : question);
    const answer = await peer.next();
    expect(isBinary ? unpack(answer as Buffer) : answer).toMatchObject({
      event: 'ack',
      data: { subprotocol: chosen },
    });
  });

  it('is not chosen where nobody speaks it', async () => {
    const { url } = await start({
      providers: [WhoGateway],
      options: { endpoints: [{ path: '/' }, { path: '/both', codec: ['bounce', shout] }] },
    });
    // `ws` as a client takes that for a failure, as browsers do.
    await expect(FramePeer.connect(url, ['shout'])).rejects.toThrow('no subprotocol');
  });

  it('may be asked for by many at once before its codec is loaded', async () => {
    const { url } = await start({ providers: [WhoGateway] });
    const peers = await Promise.all(
      Array.from({ length: 10 }, () => FramePeer.connect(url, 'bounce.v1.msgpack')),
    );
    expect(peers.map(({ socket }) => socket.protocol)).toEqual(
      Array<string>(10).fill('bounce.v1.msgpack'),
    );
  });
});

describe('A frame of the wrong kind', () => {
  it('closes a connection that speaks msgpack with 1003, and one that speaks JSON too', async () => {
    const { url } = await start({ providers: [WhoGateway] });
    const binary = await FramePeer.connect(url, 'bounce.v1.msgpack');
    binary.send({ event: 'echo' });
    expect(await binary.closed).toEqual({ code: 1003, reason: 'text frames are not accepted' });
    const text = await FramePeer.connect(url);
    text.send(pack({ event: 'echo' }));
    expect(await text.closed).toMatchObject({ code: 1003 });
  });
});

describe('A codec that does not exist', () => {
  it.each(['nonsense', '', 7, {}, ['bounce', 'nonsense']])(
    'stops the boot: %j',
    async (codec: unknown) => {
      const endpoints = [{ path: '/', codec: codec as 'bounce' }];
      await expect(startApp({ options: { endpoints } })).rejects.toThrow(
        /must be a Codec, or one of bounce, msgpack, wszero, microsockets, bazis$/,
      );
    },
  );
});

it('An instance and a name stand for different codecs, which clients do not notice', async () => {
  const { url } = await start({
    providers: [WhoGateway],
    options: { endpoints: [{ path: '/', codec: new MsgpackCodec() }] },
  });
  for (const offered of [[], ['bounce.v1.msgpack']]) {
    const peer = await FramePeer.connect(url, offered);
    peer.send(pack({ event: 'echo', data: [1], id: 1 }));
    expect(unpack((await peer.next()) as Buffer)).toMatchObject({ event: 'ack', data: [1] });
  }
});
