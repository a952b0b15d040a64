import { randomUUID } from 'node:crypto';
import { pack, Packr, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import type { FramePeer } from '../support/frame-peer.js';
import { tokenOf } from '../support/tokens.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): number[] => [...Buffer.from(value)];
const connect = (): Promise<FramePeer> => target.open(target.url.pathname, ['bounce.v1.msgpack']);

const take = async (peer: FramePeer): Promise<Record<string, unknown>> =>
  unpack((await peer.next()) as Buffer) as Record<string, unknown>;

const ask = (peer: FramePeer, message: object | Uint8Array): ReturnType<typeof take> => {
  peer.send(message instanceof Uint8Array ? message : pack(message));
  return take(peer);
};

/** `{ event: 'echo', id: 1, data: … }` with these bytes for the data. */
const echoOf = (...data: readonly number[]): Uint8Array =>
  bytes(
    0x83,
    0xa5,
    ...text('event'),
    0xa4,
    ...text('echo'),
    0xa2,
    ...text('id'),
    1,
    0xa4,
    ...text('data'),
    ...data,
  );

describe('A.1 Frames', () => {
  it('are binary, with the envelope of section 3 as a map', async () => {
    const peer = await connect();
    expect(peer.socket.protocol).toBe('bounce.v1.msgpack');
    expect(await ask(peer, { event: 'add', id: 'x', data: { a: 2, b: 3 } })).toEqual({
      event: 'ack',
      id: 'x',
      data: 5,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z?$/) as string,
    });
  });

  it('have the very bytes of the example', async () => {
    const hex = '82a56576656e74a470696e67a2696401';
    const peer = await connect();
    expect(await ask(peer, Uint8Array.from(Buffer.from(hex, 'hex')))).toMatchObject({
      event: 'pong',
      id: 1,
    });
  });

  it('that are text close with 1003', async () => {
    const peer = await connect();
    peer.send('{"event":"echo"}');
    expect(await peer.closed).toMatchObject({ code: 1003 });
  });
});

describe('A.2 Types', () => {
  it.each([
    ['nil', [0xc0], null],
    ['true', [0xc3], true],
    ['a float of 32 bits', [0xca, 0x3f, 0, 0, 0], 0.5],
    ['a float of 64 bits', [0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], 0.5],
    ['an unsigned integer of 64 bits', [0xcf, 0, 0, 0, 1, 0, 0, 0, 0], 2 ** 32],
    ['a signed integer of 64 bits', [0xd3, ...Array<number>(8).fill(0xff)], -1],
    ['an integer beyond 2^53', [0xcf, ...Array<number>(8).fill(0xff)], 2 ** 64],
    ['a string with its length in 4 bytes', [0xdb, 0, 0, 0, 2, 0xc3, 0xa4], 'ä'],
    ['a map with its length in 4 bytes', [0xdf, 0, 0, 0, 1, 0xa1, 0x61, 1], { a: 1 }],
    ['an array with its length in 2 bytes', [0xdc, 0, 2, 1, 2], [1, 2]],
  ])('has %s', async (_what, data, value) => {
    const peer = await connect();
    expect(await ask(peer, echoOf(...data))).toMatchObject({ event: 'ack', data: value });
  });

  it('has bytes, which come back as they were', async () => {
    const { data } = await ask(await connect(), echoOf(0xc4, 3, 1, 2, 255));
    expect([...(data as Uint8Array)]).toEqual([1, 2, 255]);
  });

  it('has __proto__ for a key like any other', async () => {
    const frame = echoOf(0x81, 0xa9, ...text('__proto__'), 1);
    const peer = await connect();
    peer.send(frame);
    const answer = (await peer.next()) as Buffer;
    expect(answer.includes(Buffer.from([0xa9, ...text('__proto__'), 1]))).toBe(true);
  });
});

describe('A.3 What is not allowed', () => {
  it.each([
    ['nothing', []],
    ['no map', [0x90]],
    ['JSON', text('{"event":"echo"}')],
    ['the unused byte', [0xc1]],
    ['a timestamp extension', [...echoOf(0xd6, 0xff, 0, 0, 0, 0)]],
    ['an extension', [...echoOf(0xc7, 1, 5, 0)]],
    ['a key that is a number', [0x81, 1, 1]],
    ['a string that is not UTF-8', [...echoOf(0xa1, 0xff)]],
    ['a length that is not there', [...echoOf(0xdd, 255, 255, 255, 255)]],
    ['something behind it', [...echoOf(1), 0]],
  ])('is answered bad_envelope: %s', async (_what, frame) => {
    const peer = await connect();
    expect(await ask(peer, bytes(...frame))).toMatchObject({
      event: 'error',
      data: errorData('bad_envelope'),
    });
    expect(await ask(peer, { event: 'ping' })).toMatchObject({ event: 'pong' });
  });
});

describe('A.4 Limits', () => {
  const nested = (levels: number): number[] => [...Array<number>(levels - 1).fill(0x91), 0x90];

  it('are 32 levels of nesting', async () => {
    const peer = await connect();
    expect(await ask(peer, echoOf(...nested(32)))).toMatchObject({ event: 'ack' });
    expect(await ask(peer, echoOf(...nested(33)))).toMatchObject({ data: errorData('too_deep') });
  });

  it('are 1 000 keys', async () => {
    const peer = await connect();
    const data = (keys: number): object =>
      Object.fromEntries(Array.from({ length: keys }, (_value, index) => [`k${index}`, 1]));
    const plain = new Packr({ useRecords: false });
    expect(
      await ask(peer, plain.pack({ event: 'silent', data: data(1_000), id: 1 })),
    ).toMatchObject({
      data: errorData('unknown_event', { event: 'silent' }),
    });
    expect(
      await ask(peer, plain.pack({ event: 'silent', data: data(1_001), id: 1 })),
    ).toMatchObject({
      data: errorData('limit_exceeded', { details: { limit: 'keys', max: 1_000 } }),
    });
  });

  it('are the size of a frame', async () => {
    const peer = await connect();
    peer.send(new Uint8Array(65_537));
    expect(await peer.closed).toMatchObject({ code: 1009 });
  });
});

describe('A.5 Everything else', () => {
  it('is as in the sections: streams, subscriptions, stale messages', async () => {
    const peer = await connect();
    expect(await ask(peer, { event: 'count', id: 1, data: { to: 2 } })).toMatchObject({ data: 1 });
    expect(await take(peer)).toMatchObject({ event: 'count', id: 1, data: 2 });
    expect(await take(peer)).toMatchObject({ event: 'ack', id: 1, data: null });
    const subscribe = { event: 'subscribe', id: 2, data: { events: ['clock'] } };
    expect(await ask(peer, subscribe)).toMatchObject({ data: { events: ['clock'] } });
    expect(await take(peer)).toMatchObject({
      event: 'clock',
      data: { n: expect.any(Number) as number },
    });
  });

  it('has the stale rule', async () => {
    const peer = await connect();
    const move = (timestamp: string): object => ({
      event: 'move',
      id: 1,
      data: { x: 1, y: 1 },
      timestamp,
    });
    expect(await ask(peer, move('2026-11-20T12:00:00.000002'))).toMatchObject({ event: 'ack' });
    expect(await ask(peer, move('2026-11-20T12:00:00.000001'))).toMatchObject({
      data: { code: 'stale_message' },
    });
  });

  it('has requests of the server', async () => {
    const peer = await connect();
    const { id } = await ask(peer, { event: 'ask', id: 1, data: { question: 'How are you?' } });
    expect(await ask(peer, { event: 'ack', id, data: 'fine' })).toMatchObject({
      event: 'ack',
      id: 1,
      data: { answer: 'fine' },
    });
  });

  it('has authentication and presence', async () => {
    const room = `appendix-a-${randomUUID()}`;
    const peer = await connect();
    expect(
      await ask(peer, { event: 'authenticate', id: 1, data: { token: tokenOf('alice') } }),
    ).toMatchObject({ event: 'ack', data: { userId: 'alice' } });
    const show = { event: 'show', id: 2, data: { room, meta: { color: 'red' } } };
    expect(await ask(peer, show)).toMatchObject({ event: 'ack', id: 2 });
    expect(await take(peer)).toMatchObject({
      event: 'presence_state',
      data: { room, members: [{ user: 'alice', meta: { color: 'red' } }] },
    });
  });
});
