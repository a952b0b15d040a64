import type { Type } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  BounceWsError,
  type CodecName,
  EmitEvery,
  OnEvent,
  Payload,
} from 'bounce-ws';
import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import type { StartedApp } from '../../support/start-app.js';
import { useApps } from '../../support/use-apps.js';

const start = useApps();

@WebSocketGateway()
class FormatGateway {
  @OnEvent('echo')
  echo(_client: BounceSocket, @Payload() payload: unknown): unknown {
    return payload;
  }

  @OnEvent('add')
  add(_client: BounceSocket, a: number, b: number): number {
    return a + b;
  }

  @OnEvent('silent')
  silent(): void {}

  @OnEvent('ask')
  async ask(client: BounceSocket): Promise<string> {
    try {
      await client.request('question');
      return 'answered';
    } catch (error) {
      return error instanceof BounceWsError ? error.code : 'failed';
    }
  }

  @OnEvent('draw')
  draw(client: BounceSocket): object {
    client.evalJs('draw()');
    return { drawn: true };
  }
}

@WebSocketGateway()
class TickGateway {
  @EmitEvery('tick', { rateHz: 50 })
  tick(): object {
    return { ticked: true };
  }
}

const serve = (codec: CodecName, providers: Type[] = [FormatGateway]): Promise<StartedApp> =>
  start({ providers, options: { endpoints: [{ path: '/', codec }], evalJs: true } });

/** One message in the words of a format, and the answers to a list of them. */
async function dialogue(codec: CodecName, frames: readonly unknown[]): Promise<unknown[]> {
  const { url } = await serve(codec);
  const peer = await FramePeer.connect(url);
  const answers: unknown[] = [];
  for (const frame of frames) {
    peer.send(frame);
    answers.push(await peer.next());
  }
  return answers;
}

describe('websocket-zero’s clients', () => {
  it('get answers and errors in their own words', async () => {
    expect(
      await dialogue('wszero', [
        { op: 'echo', text: 'hi' },
        { op: 'add', a: 1, b: 2 },
        { op: 'add', a: 1 },
        { op: 'nonsense' },
        { op: 'connect' },
        '{',
        { event: 'echo' },
        { op: 'ping' },
      ]),
    ).toEqual([
      { op: 'echo', text: 'hi' },
      { op: 'add', data: 3 },
      { op: 'error', msg: 'The payload is invalid' },
      { op: 'error', msg: 'The event is unknown' },
      { op: 'error', msg: 'The event is reserved' },
      { op: 'error', msg: 'The message is not valid JSON' },
      { op: 'error', msg: 'The message is not a valid envelope' },
      { op: 'pong' },
    ]);
  });

  it('run scripts that the server sends', async () => {
    expect(await dialogue('wszero', [{ op: 'draw' }])).toEqual([
      { op: 'eval_js', script: 'draw()' },
    ]);
  });

  it('get nothing that they did not ask for', async () => {
    const { url } = await serve('wszero');
    const peer = await FramePeer.connect(url);
    // An `id` is a parameter like any other: nothing is acked.
    peer.send({ op: 'silent', id: 1 });
    peer.send({ op: 'unsubscribe', events: ['*'], id: 2 });
    peer.send({ op: 'echo', last: true });
    expect(await peer.next()).toEqual({ op: 'echo', last: true });
    expect(peer.unread).toEqual([]);
  });
});

describe('microsockets’ clients', () => {
  it('get answers and errors as events with a string for a payload', async () => {
    const error = (code: string, message: string, more: object = {}): object => ({
      event: 'error',
      payload: JSON.stringify({ code, message, ...more }),
    });
    expect(
      await dialogue('microsockets', [
        { event: 'echo', payload: '{"text":"hi"}' },
        { event: 'echo', payload: 'hi' },
        { event: 'add', payload: { a: 1, b: 2 } },
        { event: 'add', payload: 'hi' },
        { event: 'nonsense' },
        'hello',
      ]),
    ).toEqual([
      { event: 'echo', payload: '{"text":"hi"}' },
      { event: 'echo', payload: 'hi' },
      { event: 'add', payload: '3' },
      error('invalid_payload', 'The payload is invalid', {
        event: 'add',
        details: { fields: [{ field: '', reason: 'must be an object' }] },
      }),
      error('unknown_event', 'The event is unknown', { event: 'nonsense' }),
      error('bad_json', 'The message is not valid JSON'),
    ]);
  });
});

describe('bazis-ws’ clients', () => {
  it('get data, pongs and errors, all with a type', async () => {
    expect(
      await dialogue('bazis', [
        { type: 'ping' },
        { type: 'echo', text: 'hi' },
        { type: 'add', a: 1, b: 2 },
        { type: 'nonsense' },
        '[]',
      ]),
    ).toEqual([
      { type: 'pong' },
      { type: 'data', data: { text: 'hi' } },
      { type: 'data', data: 3 },
      { type: 'error', code: 'unknown_event', detail: 'The event is unknown' },
      { type: 'error', code: 'bad_envelope', detail: 'The message is not a valid envelope' },
    ]);
  });
});

describe('Clients that speak msgpack', () => {
  it('get acks, errors and streams as those that speak JSON', async () => {
    const { url } = await serve('msgpack');
    const peer = await FramePeer.connect(url);
    const ask = async (message: object | Uint8Array): Promise<unknown> => {
      peer.send(message instanceof Uint8Array ? message : pack(message));
      return unpack((await peer.next()) as Buffer);
    };
    expect(await ask({ event: 'add', data: { a: 1, b: 2 }, id: 'x' })).toMatchObject({
      event: 'ack',
      id: 'x',
      data: 3,
    });
    expect(await ask({ event: 'add', data: { a: 1 }, id: 2 })).toMatchObject({
      event: 'error',
      id: 2,
      data: { code: 'invalid_payload', details: { fields: [{ field: 'b' }] } },
    });
    expect(await ask({ event: 'ping', data: 'there?' })).toMatchObject({ event: 'pong' });
    expect(await ask(Uint8Array.of(0xc1))).toMatchObject({ data: { code: 'bad_envelope' } });
  });

  it('answer requests of the server', async () => {
    const { url } = await serve('msgpack');
    const peer = await FramePeer.connect(url);
    peer.send(pack({ event: 'ask', id: 1 }));
    const { id } = unpack((await peer.next()) as Buffer) as { id: string };
    peer.send(pack({ event: 'ack', id, data: 'fine' }));
    expect(unpack((await peer.next()) as Buffer)).toMatchObject({ id: 1, data: 'answered' });
  });
});

describe('Formats without ids', () => {
  it.each([
    ['wszero', { op: 'ask' }, { op: 'ask', data: 'unavailable' }],
    ['microsockets', { event: 'ask' }, { event: 'ask', payload: 'unavailable' }],
    ['bazis', { type: 'ask' }, { type: 'data', data: 'unavailable' }],
  ] as const)('let request() reject at once: %s', async (codec, question, answer) => {
    expect(await dialogue(codec, [question])).toEqual([answer]);
  });
});

describe('Senders', () => {
  it.each([
    ['wszero', { op: 'tick', ticked: true }],
    ['microsockets', { event: 'tick', payload: '{"ticked":true}' }],
    ['bazis', { type: 'data', data: { ticked: true } }],
  ] as const)(
    'send to clients that cannot subscribe without being asked: %s',
    async (codec, frame) => {
      const { url } = await serve(codec, [TickGateway]);
      const peer = await FramePeer.connect(url);
      expect(await peer.next()).toEqual(frame);
    },
  );

  it('stop for a client that unsubscribes all the same', async () => {
    const { url } = await serve('wszero', [FormatGateway, TickGateway]);
    const peer = await FramePeer.connect(url);
    await peer.next();
    peer.send({ op: 'unsubscribe', events: ['tick'] });
    peer.send({ op: 'echo', marker: 1 });
    await peer.next((frame) => (frame as { op: string }).op === 'echo');
    peer.send({ op: 'echo', marker: 2 });
    expect(await peer.next()).toEqual({ op: 'echo', marker: 2 });
  });

  it('send nothing to a client that speaks msgpack until it subscribes', async () => {
    const { url } = await serve('msgpack', [FormatGateway, TickGateway]);
    const peer = await FramePeer.connect(url);
    peer.send(pack({ event: 'subscribe', data: { events: ['tick'] }, id: 1 }));
    expect(unpack((await peer.next()) as Buffer)).toMatchObject({ event: 'ack' });
    expect(unpack((await peer.next()) as Buffer)).toMatchObject({ event: 'tick' });
  });
});
