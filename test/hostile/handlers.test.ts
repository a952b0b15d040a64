import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import { describe, expect, it } from 'vitest';
import { FramePeer } from '../support/frame-peer.js';
import { FailingHandlersGateway, SECRET_TEXT, WAYS } from './support/failing-handlers.gateway.js';
import { hostileModule, useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp({
  module: hostileModule([FailingHandlersGateway], {
    handlerTimeoutMs: 100,
    endpoints: [
      { path: '/ws' },
      { path: '/msgpack', codec: 'msgpack' },
      { path: '/wszero', codec: 'wszero' },
      { path: '/microsockets', codec: 'microsockets' },
      { path: '/bazis', codec: 'bazis' },
    ],
  }),
});

const codeOf = (way: string): string => {
  if (/never settles/.test(way)) return 'timeout';
  return /WsException with|HttpException with|BounceWsError with/.test(way)
    ? 'invalid_payload'
    : 'internal_error';
};

/** How a client of each format writes a message, and knows the answer to `rooms`, which is a list. */
const msgpack = new MsgpackCodec();
const FORMATS: Record<
  string,
  {
    readonly write: (event: string, how?: string) => string | Uint8Array;
    readonly isRooms: (frame: unknown) => boolean;
  }
> = {
  msgpack: {
    write: (event, how) => msgpack.write({ event, data: { how } }),
    isRooms: (frame) => (msgpack.read(frame as Uint8Array) as { event: string }).event === 'rooms',
  },
  wszero: {
    write: (op, how) => JSON.stringify({ op, how }),
    isRooms: (frame) => (frame as { op: string }).op === 'rooms',
  },
  microsockets: {
    write: (event, how) => JSON.stringify({ event, payload: JSON.stringify({ how }) }),
    isRooms: (frame) => (frame as { event: string }).event === 'rooms',
  },
  bazis: {
    write: (type, how) => JSON.stringify({ type, how }),
    isRooms: (frame) => Array.isArray((frame as { data: unknown }).data),
  },
};

describe('a handler that fails in a way of its own', () => {
  it('is answered for with a code, whatever it is, and the next message is handled', async () => {
    for (const how of WAYS) {
      const peer = await hostile.connect();
      for (const id of [undefined, 7]) {
        peer.send('fail', { how }, { id });
        // What came of a stream before it failed.
        const said = [await peer.next()];
        while (said.at(-1)?.event !== 'error') said.push(await peer.next());
        const expected = { event: 'error', data: { code: codeOf(how) }, ...(id && { id }) };
        expect([how, said.at(-1)]).toMatchObject([how, expected]);
        expect(said.length).toBeLessThanOrEqual(2);
        expect(JSON.stringify(said)).not.toContain(SECRET_TEXT);
      }
      expect((await peer.request('rooms')).data).toEqual([]);
      expect(await peer.barrier()).toEqual([]);
      peer.socket.terminate();
    }
  });

  it.each(Object.keys(FORMATS))(
    'leaves its connection as it was in the format %s',
    async (name) => {
      const { write, isRooms } = FORMATS[name]!;
      for (const how of WAYS) {
        const peer = await FramePeer.connect(`ws://127.0.0.1:${hostile.url.port}/${name}`);
        peer.send(write('fail', how));
        peer.send(write('rooms'));
        await peer.next(isRooms);
        expect(peer.socket.readyState).toBe(peer.socket.OPEN);
        peer.socket.terminate();
      }
    },
  );
});

describe('a stream that fails at its end', () => {
  it('is cancelled all the same, and so are the others when its client goes', async () => {
    const peer = await hostile.connect();
    for (const id of [1, 2, 3]) {
      peer.send('watch', {}, { id });
      expect(await peer.next()).toMatchObject({ event: 'watch', id, data: 1 });
    }
    expect(await peer.request('cancel', { id: 1 })).toMatchObject({ event: 'ack', data: null });
    expect((await peer.request('rooms')).data).toEqual([]);
    const logged = hostile.log.errors.length;
    await peer.close();
    await expect.poll(() => hostile.log.errors.length).toBe(logged + 2);
    expect(hostile.log.errors.at(-1)).toContain('The end of a stream failed');
  });
});
