import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  BroadcastService,
  type Codec,
  OnEvent,
  type ServerMessage,
} from 'bounce-ws';
import { BounceCodec } from 'bounce-ws/codecs/bounce';
import { WszeroCodec } from 'bounce-ws/codecs/wszero';
import { unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import { useApps } from '../../support/use-apps.js';

const start = useApps();

/** Counts the frames that another codec writes. */
class CountedCodec implements Codec {
  readonly name: string;
  readonly binary: boolean;
  readonly written: string[] = [];

  constructor(private readonly codec: Codec) {
    this.name = `counted ${codec.name}`;
    this.binary = codec.binary;
  }

  decode: Codec['decode'] = (frame, limits) => this.codec.decode(frame, limits);

  encode(message: ServerMessage): string | Uint8Array | undefined {
    this.written.push(message.event);
    return this.codec.encode(message);
  }
}

@WebSocketGateway()
class RoomGateway {
  @OnEvent('connect')
  async greet(client: BounceSocket): Promise<void> {
    await client.join('tea');
    client.emit('hello');
  }
}

const FORMATS = ['/ws', '/wszero', '/microsockets', '/bazis'] as const;

describe('A broadcast to a room of several formats', () => {
  it('is encoded once per codec, whatever order the members came in', async () => {
    const bounce = new CountedCodec(new BounceCodec());
    const zero = new CountedCodec(new WszeroCodec());
    const { app, url } = await start({
      providers: [RoomGateway],
      options: {
        endpoints: [
          { path: '/ws', codec: bounce },
          { path: '/also', codec: bounce },
          { path: '/zero', codec: zero },
        ],
      },
    });
    const peers: FramePeer[] = [];
    for (const path of ['/ws', '/zero', '/also', '/zero', '/ws', '/also']) {
      const peer = await FramePeer.connect(url + path);
      await peer.next();
      peers.push(peer);
    }
    bounce.written.length = 0;
    zero.written.length = 0;
    app.get(BroadcastService).to('tea').emit('kettle', { on: true });
    for (const peer of peers) expect(await peer.next()).toMatchObject({});
    expect([bounce.written, zero.written]).toEqual([['kettle'], ['kettle']]);
  });

  it('reaches each in its own format', async () => {
    const { app, url } = await start({
      providers: [RoomGateway],
      options: {
        endpoints: [
          { path: '/ws' },
          { path: '/wszero', codec: 'wszero' },
          { path: '/microsockets', codec: 'microsockets' },
          { path: '/bazis', codec: 'bazis' },
        ],
      },
    });
    const peers = await Promise.all(FORMATS.map((path) => FramePeer.connect(url + path)));
    const packed = await FramePeer.connect(`${url}/ws`, 'bounce.v1.msgpack');
    for (const peer of [...peers, packed]) await peer.next();
    app.get(BroadcastService).to('tea').emit('kettle', { on: true });
    expect(await Promise.all(peers.map((peer) => peer.next()))).toEqual([
      { event: 'kettle', data: { on: true }, timestamp: expect.any(String) as string },
      { op: 'kettle', on: true },
      { event: 'kettle', payload: '{"on":true}' },
      { type: 'data', data: { on: true } },
    ]);
    expect(unpack((await packed.next()) as Buffer)).toEqual({
      event: 'kettle',
      data: { on: true },
      timestamp: expect.any(String) as string,
    });
  });

  it('passes by those whose format has no form for it, and asks their codec once', async () => {
    class MuteCodec extends WszeroCodec {
      asked = 0;
      override encode(message: ServerMessage): string | undefined {
        if (message.event !== 'kettle') return super.encode(message);
        this.asked++;
        return undefined;
      }
    }
    const mute = new MuteCodec();
    const { app, url } = await start({
      providers: [RoomGateway],
      options: { endpoints: [{ path: '/ws' }, { path: '/mute', codec: mute }] },
    });
    const peers: FramePeer[] = [];
    for (const path of ['/mute', '/ws', '/mute', '/mute']) {
      const peer = await FramePeer.connect(url + path);
      await peer.next();
      peers.push(peer);
    }
    const room = app.get(BroadcastService).to('tea');
    room.emit('kettle', { on: true });
    room.emit('cup');
    const received = await Promise.all(peers.map((peer) => peer.next()));
    expect(mute.asked).toBe(1);
    expect(received).toEqual([
      { op: 'cup' },
      expect.objectContaining({ event: 'kettle' }),
      { op: 'cup' },
      { op: 'cup' },
    ]);
  });
});
