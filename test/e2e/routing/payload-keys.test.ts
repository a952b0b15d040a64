import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, Payload } from 'bounce-ws';
import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

class NoteDto {
  @IsString()
  text!: string;
}

@WebSocketGateway()
class KeysGateway {
  seen: unknown;

  @OnEvent('inherited')
  inherited(
    _client: BounceSocket,
    toString: unknown,
    constructor: unknown,
    hasOwnProperty: unknown,
    __proto__: unknown,
  ) {
    return { values: [toString, constructor, hasOwnProperty, __proto__] };
  }

  @OnEvent('optional')
  optional(_client: BounceSocket, valueOf = 'default', __proto__ = 'default') {
    return { values: [valueOf, __proto__] };
  }

  @OnEvent('picked')
  picked(_client: BounceSocket, @Payload('__proto__') proto: unknown) {
    this.seen = proto;
  }

  @OnEvent('admin')
  admin(_client: BounceSocket, isAdmin = false) {
    return isAdmin;
  }

  @OnEvent('note')
  note(_client: BounceSocket, @Payload() note: NoteDto) {
    this.seen = note;
    return (note as { isAdmin?: boolean }).isAdmin ?? false;
  }

  @OnEvent('whole')
  whole(_client: BounceSocket, @Payload() payload: unknown) {
    return payload;
  }

  @OnEvent(['__proto__', 'constructor', 'toString'])
  odd() {
    return 'handled';
  }
}

@WebSocketGateway()
class PlainGateway {
  @OnEvent('hello-there')
  hello() {
    return 'hello';
  }
}

const start = useApps();

async function connect(): Promise<{ peer: WsPeer; gateway: KeysGateway }> {
  const { app, url } = await start({ providers: [KeysGateway] });
  return { peer: await WsPeer.connect(url), gateway: app.get(KeysGateway) };
}

/** Sends JSON as it is written here: `JSON.stringify` would lose a `__proto__`. */
async function requestRaw(peer: WsPeer, event: string, data: string) {
  peer.sendRaw(`{"event":"${event}","id":1,"data":${data}}`);
  return peer.next();
}

describe('of a payload only its own keys count', () => {
  it('so what every object inherits is missing', async () => {
    const { peer } = await connect();
    expect(await peer.request('inherited', {})).toMatchObject({
      event: 'error',
      data: {
        code: 'invalid_payload',
        details: {
          fields: [
            { field: 'toString' },
            { field: 'constructor' },
            { field: 'hasOwnProperty' },
            { field: '__proto__' },
          ],
        },
      },
    });
  });

  it('so a default stands against what every object inherits', async () => {
    const { peer } = await connect();
    expect((await peer.request('optional', {})).data).toEqual({ values: ['default', 'default'] });
  });

  it('and a client may send keys of such names like any other', async () => {
    const { peer } = await connect();
    const data = '{"toString":1,"constructor":2,"hasOwnProperty":3,"__proto__":4}';
    expect((await requestRaw(peer, 'inherited', data)).data).toEqual({ values: [1, 2, 3, 4] });
    const optional = '{"valueOf":"mine","__proto__":"mine"}';
    expect((await requestRaw(peer, 'optional', optional)).data).toEqual({
      values: ['mine', 'mine'],
    });
  });

  it('for @Payload("name") too', async () => {
    const { peer, gateway } = await connect();
    expect(await peer.request('picked', {})).toMatchObject({
      event: 'error',
      data: { code: 'invalid_payload', details: { fields: [{ field: '__proto__' }] } },
    });
    expect((await requestRaw(peer, 'picked', '{"__proto__":{"a":1}}')).event).toBe('ack');
    expect(gateway.seen).toEqual({ a: 1 });
  });

  it('so nothing can be given by way of __proto__', async () => {
    const { peer, gateway } = await connect();
    expect((await requestRaw(peer, 'admin', '{"__proto__":{"isAdmin":true}}')).data).toBe(false);
    const polluted = '{"text":"hi","__proto__":{"isAdmin":true}}';
    expect((await requestRaw(peer, 'note', polluted)).data).toBe(false);
    expect(gateway.seen).toBeInstanceOf(NoteDto);
    const constructed = '{"text":"hi","constructor":{"prototype":{"isAdmin":true}}}';
    expect((await requestRaw(peer, 'note', constructed)).data).toBe(false);
    expect({}).not.toHaveProperty('isAdmin');
  });

  it('and they come back as they were', async () => {
    const { peer } = await connect();
    const answered: string[] = [];
    peer.socket.on('message', (frame: Buffer) => answered.push(frame.toString()));
    await requestRaw(peer, 'whole', '{"__proto__":{"a":1},"constructor":2}');
    expect(answered[0]).toContain('{"__proto__":{"a":1},"constructor":2}');
  });
});

describe('an event', () => {
  it('may be called like what every object inherits', async () => {
    const { peer } = await connect();
    for (const event of ['__proto__', 'constructor', 'toString']) {
      expect((await peer.request(event)).data).toBe('handled');
    }
  });

  it('that is called so is unknown unless somebody handles it', async () => {
    const { url } = await start({ providers: [PlainGateway] });
    const peer = await WsPeer.connect(url);
    for (const event of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect((await peer.request(event)).data).toMatchObject({ code: 'unknown_event', event });
    }
  });
});
