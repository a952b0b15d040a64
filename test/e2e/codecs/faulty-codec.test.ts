import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, type ServerMessage } from 'bounce-ws';
import { BounceCodec } from 'bounce-ws/codecs/bounce';
import { describe, expect, it } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import { useApps } from '../../support/use-apps.js';

const start = useApps();

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo')
  echo(_client: BounceSocket, text: string): string {
    return text;
  }
}

class ThrowsWhenReading extends BounceCodec {
  override decode(): never {
    throw new RangeError('the codec is broken');
  }
}

class ThrowsWhenWriting extends BounceCodec {
  override encode(_message: ServerMessage): never {
    throw new RangeError('the codec is broken');
  }
}

describe('A codec that breaks its contract', () => {
  it('is answered for with internal_error when it cannot read, and logged', async () => {
    const { url, log } = await start({
      options: { endpoints: [{ path: '/', codec: new ThrowsWhenReading() }] },
    });
    const peer = await FramePeer.connect(url);
    peer.send({ event: 'echo' });
    expect(await peer.next()).toMatchObject({ event: 'error', data: { code: 'internal_error' } });
    expect(log.errors.join()).toContain('the codec is broken');
  });

  it('closes the connection with 1011 when it cannot even write an error, and logs why', async () => {
    const { url, log } = await start({
      providers: [EchoGateway],
      options: { endpoints: [{ path: '/', codec: new ThrowsWhenWriting() }] },
    });
    const peer = await FramePeer.connect(url);
    peer.send({ event: 'echo', data: { text: 'hi' } });
    expect(await peer.closed).toEqual({ code: 1011, reason: 'the codec failed' });
    expect(log.errors.join()).toContain('the codec is broken');
  });
});
