import type { Socket } from 'node:net';
import { ConnectionRegistry } from 'bounce-ws';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { frame } from '../conformance/support/frames.js';
import { RawPeer } from '../support/raw-peer.js';
import { SECRET, tokenOf } from '../support/tokens.js';
import type { PeerMessage, WsPeer } from '../support/ws-peer.js';
import { HistoryGateway } from './support/history.gateway.js';
import { hostileModule, useHostileApp } from './support/hostile-app.js';

const SIZE = 50;
const MAX_QUEUED_BYTES = 131_072;
const ROOMS = 128;

/** The option `rooms`: of the room of the witness it says that it has none, and of one it can say nothing. */
function hasHistory(room: string): boolean {
  if (room === 'cursed') throw new Error('nobody knows');
  return room !== 'witness';
}

const OPTIONS = {
  history: { size: SIZE, maxRecovered: SIZE, rooms: hasHistory },
  maxQueuedBytes: MAX_QUEUED_BYTES,
};

interface Place {
  readonly room: string;
  readonly epoch: string;
  readonly offset: number;
  readonly recovered?: boolean;
}

/** Enters a room. @returns what is told then */
async function enter(peer: WsPeer, room: string): Promise<Place> {
  expect((await peer.request('join', { room })).event).toBe('ack');
  return (await peer.next('recovery')).data as Place;
}

const codeOf = ({ event, data }: PeerMessage): string =>
  event === 'error' ? (data as { code: string }).code : event;

/** Has several messages arrive in one TCP segment. */
function sendTogether(peer: WsPeer, ...messages: readonly [event: string, data: unknown][]): void {
  const { _socket: stream } = peer.socket as unknown as { readonly _socket: Socket };
  stream.cork();
  for (const [event, data] of messages) peer.send(event, data);
  stream.uncork();
}

const frameOf = (event: string, data: unknown): Buffer =>
  frame({ payload: JSON.stringify({ event, data }) });

const TEA = { room: 'tea', epoch: 'abc', offset: 0 };
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const BAD_HELLOS: readonly unknown[] = [
  ...[null, true, 1, 'tea', [], [TEA]],
  ...[{}, { rooms: null }, { rooms: {} }, { rooms: 'tea' }, { rooms: { length: 1, 0: TEA } }],
  ...[null, 1, 'tea', [], ['tea'], {}, nested(20)].map((room) => ({ rooms: [room] })),
  ...[undefined, null, 1, '', ' ', 'x'.repeat(129), 'a b', ['tea'], {}].map((room) => ({
    rooms: [{ ...TEA, room }],
  })),
  ...[undefined, null, 1, 'x'.repeat(65), ['abc'], {}].map((epoch) => ({
    rooms: [{ ...TEA, epoch }],
  })),
  ...[undefined, null, -1, 1.5, '1', 2 ** 53, 1e308, true, [1]].map((offset) => ({
    rooms: [{ ...TEA, offset }],
  })),
  ...[null, 0, -1, 1.5, '5', true, [5], {}].map((limit) => ({ rooms: [TEA], limit })),
  ...[null, 1, 'x'.repeat(65), 'x'.repeat(60_000), ['a'], {}].map((connection) => ({
    rooms: [TEA],
    connection,
  })),
];

describe('a hello', () => {
  const hostile = useHostileApp({ module: hostileModule([HistoryGateway], OPTIONS) });

  it('with bad data is refused, names what is wrong, and says nothing of any room', async () => {
    const peer = await hostile.connect();
    const place = await enter(peer, 'tea');
    for (const data of BAD_HELLOS) {
      const { event, data: error } = await peer.request('hello', data);
      expect([data, event, error]).toEqual([
        data,
        'error',
        expect.objectContaining({
          code: 'invalid_payload',
          details: { fields: [{ field: expect.any(String), reason: expect.any(String) }] },
        }),
      ]);
    }
    const many = Array.from({ length: ROOMS + 1 }, (_value, n) => ({ ...TEA, room: `r${n}` }));
    expect(await peer.request('hello', { rooms: many })).toMatchObject({
      data: { code: 'limit_exceeded', details: { limit: 'roomsPerConnection', max: ROOMS } },
    });
    // None of them was a hello.
    const { data } = await peer.request('hello', { rooms: [place], limit: 1e9 });
    expect(data).toEqual({ connection: expect.any(String) });
    expect(await peer.next('recovery')).toMatchObject({ data: { ...place, recovered: true } });
    expect(await peer.barrier()).toEqual([]);
  });

  it('has no prototype: what is inherited, nobody sent', async () => {
    const peer = await hostile.connect();
    for (const data of [
      '{"__proto__":{"rooms":[]}}',
      '{"rooms":[{"__proto__":{"room":"tea","epoch":"abc","offset":0}}]}',
      '{"constructor":{"prototype":{"rooms":[]}}}',
    ]) {
      peer.sendRaw(`{"event":"hello","id":"h","data":${data}}`);
      expect(codeOf(await peer.next())).toBe('invalid_payload');
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('may be of rooms whose names objects have, each with a log of its own', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const [speaker, peer] = [await hostile.connect(), await hostile.connect()];
    const places: Place[] = [];
    for (const name of names) places.push(await enter(speaker, name));
    expect(new Set(places.map(({ epoch }) => epoch)).size).toBe(names.length);
    for (const room of names) await speaker.request('repeat', { rooms: [room], text: room });
    await peer.request('hello', { rooms: places });
    for (const [index, room] of names.entries()) {
      expect(await enter(peer, room)).toEqual({ ...places[index], recovered: true });
      expect(await peer.next()).toMatchObject({ room, offset: 1, data: { text: room } });
    }
  });

  it('is said once, and counts for a room once, the last time it names it', async () => {
    const peer = await hostile.connect();
    const { epoch } = await enter(peer, 'once');
    const back = await hostile.connect();
    const rooms = [
      { room: 'once', epoch: 'abc', offset: 7 },
      { room: 'once', epoch, offset: 0 },
    ];
    expect((await back.request('hello', { rooms })).event).toBe('ack');
    expect(codeOf(await back.request('hello', { rooms }))).toBe('forbidden');
    expect(codeOf(await back.request('hello', { rooms: [] }))).toBe('forbidden');
    expect(await enter(back, 'once')).toMatchObject({ recovered: true });
    await back.request('leave', { room: 'once' });
    expect(await enter(back, 'once')).toEqual({ room: 'once', epoch, offset: 0 });
  });

  it('tells nothing of rooms that are not entered, and of one only what it has', async () => {
    const [speaker, peer] = [await hostile.connect(), await hostile.connect()];
    const [tea, milk] = [await enter(speaker, 'tea'), await enter(speaker, 'milk')];
    await speaker.request('repeat', { rooms: ['tea', 'milk'], text: 'secret', times: 2 });
    // The places of one room, in the name of the other.
    await peer.request('hello', { rooms: [tea, { ...tea, room: 'milk' }] });
    expect(await peer.barrier()).toEqual([]);
    expect(await enter(peer, 'milk')).toEqual({ ...milk, offset: 2, recovered: false });
    expect(await peer.barrier()).toEqual([]);
  });

  it('may be followed by leaving or closing in the same segment', async () => {
    const speaker = await hostile.connect();
    const place = await enter(speaker, 'hurry');
    await speaker.request('repeat', { rooms: ['hurry'], text: 'x', times: SIZE });
    const hello: [string, unknown] = ['hello', { rooms: [place] }];
    const join: [string, unknown] = ['join', { room: 'hurry' }];
    const leave: [string, unknown] = ['leave', { room: 'hurry' }];
    for (const messages of [
      [hello, join, leave],
      [join, hello, leave],
      [join, hello, leave, join],
      [hello, join, leave, join, leave],
    ]) {
      const peer = await hostile.connect();
      sendTogether(peer, ...messages);
      expect((await peer.request('rooms')).data).toEqual(messages.at(-1) === join ? ['hurry'] : []);
      const gone = await hostile.connect();
      sendTogether(gone, ...messages);
      gone.socket.terminate();
    }
  });

  it('by somebody who claims to be another connection brings less, not more', async () => {
    const [bob, mallory] = [await hostile.connect(), await hostile.connect()];
    const place = await enter(bob, 'tea');
    const { data } = await bob.request('hello', { rooms: [] });
    await bob.request('say', { room: 'tea', text: 'by bob' });
    await mallory.request('hello', { ...(data as object), rooms: [place] });
    expect(await enter(mallory, 'tea')).toEqual({ ...place, recovered: true });
    const rest = await mallory.barrier();
    expect(rest).toMatchObject([
      { event: 'recovery', data: { ...place, offset: place.offset + 1 } },
    ]);
  });

  it('also brings what came by another room before it, which its client has not kept', async () => {
    const [speaker, peer] = [await hostile.connect(), await hostile.connect()];
    const [one, two] = [await enter(speaker, 'one'), await enter(speaker, 'two')];
    await enter(peer, 'one');
    await enter(peer, 'two');
    await speaker.request('say_at_once', { rooms: ['one', 'two'], text: 'both' });
    expect(await peer.next('repeated')).toMatchObject({ data: { text: 'both' } });
    await peer.request('hello', { rooms: [one, two] });
    for (let n = 0; n < 2; n++) await peer.next('recovery');
    expect(await peer.next('repeated')).toMatchObject({ data: { text: 'both' } });
  });
});

describe('a recovery', () => {
  const hostile = useHostileApp({ module: hostileModule([HistoryGateway], OPTIONS) });

  it('that is larger than half of what may wait for a client is none, and the connection lives', async () => {
    const [speaker, peer] = [await hostile.connect(), await hostile.connect()];
    const place = await enter(speaker, 'large');
    // Few characters, and many bytes.
    const text = '茶'.repeat(MAX_QUEUED_BYTES / 2 / 3 / SIZE);
    await speaker.request('repeat', { rooms: ['large'], text, times: SIZE });
    await peer.request('hello', { rooms: [place] });
    expect(await enter(peer, 'large')).toEqual({ ...place, offset: SIZE, recovered: false });
    await speaker.request('repeat', { rooms: ['large'], text: 'live' });
    expect(await peer.next()).toMatchObject({ offset: SIZE + 1, data: { text: 'live' } });
  });

  it('may be of as many rooms as a connection may be in, all at once', async () => {
    const [speaker, peer] = [await hostile.connect(), await hostile.connect()];
    const names = Array.from({ length: ROOMS }, (_value, n) => `many-${n}`);
    const places: Place[] = [];
    for (const name of names) {
      speaker.send('join', { room: name });
      places.push((await speaker.next('recovery')).data as Place);
    }
    await speaker.request('repeat', { rooms: names, text: 'x', times: 2 });
    await peer.request('hello', { rooms: places });
    for (const room of names) peer.send('join', { room });
    await peer.request('rooms');
    const got = await peer.barrier();
    expect(got).toHaveLength(ROOMS * 3);
    for (const name of names) {
      const of = got.filter(
        ({ room, data }: PeerMessage & { room?: string }) =>
          room === name || (data as Place).room === name,
      );
      expect(of).toMatchObject([{ data: { recovered: true } }, { offset: 1 }, { offset: 2 }]);
    }
  });

  it('that nobody reads ends with its connection, and the others get everything', async () => {
    const [speaker, listener] = [await hostile.connect(), await hostile.connect()];
    const place = await enter(speaker, 'slow');
    await enter(listener, 'slow');
    const block = 'x'.repeat(1_000);
    await speaker.request('repeat', { rooms: ['slow'], text: block, times: SIZE });
    const raw = await RawPeer.open(Number(hostile.url.port), '/ws');
    raw.socket.pause();
    const gone = firstValueFrom(hostile.app.get(ConnectionRegistry).closed$);
    raw.socket.write(
      Buffer.concat([frameOf('hello', { rooms: [place] }), frameOf('join', { room: 'slow' })]),
    );
    let sent = SIZE;
    const stream = setInterval(() => {
      speaker.send('repeat', { rooms: ['slow'], text: 'y'.repeat(50_000), times: 4 });
      sent += 4;
    }, 20);
    expect(await gone).toMatchObject({ code: 1013 });
    clearInterval(stream);
    raw.socket.destroy();
    for (let offset = 1; offset <= sent; offset++) {
      expect(await listener.next('repeated')).toMatchObject({ offset });
    }
  });
});

describe('the history that an app returns', () => {
  const hostile = useHostileApp({ module: hostileModule([HistoryGateway], OPTIONS) });

  it('asked for with a limit that is none, or for a room that is none, is refused; too large a limit is clamped', async () => {
    const [peer, other] = [await hostile.connect(), await hostile.connect()];
    await other.request('repeat', { rooms: ['tea'], text: 'x', times: SIZE + 10 });
    await other.request('repeat', { rooms: ['milk'], text: 'secret' });
    for (const limit of [-1, 0, 1.5, '5', null, [1], {}, true]) {
      const refused = await peer.request('latest', { room: 'tea', limit });
      expect([limit, codeOf(refused)]).toEqual([limit, 'invalid_payload']);
    }
    for (const room of [null, 1, '', 'a b', ['tea'], {}]) {
      expect(codeOf(await peer.request('latest', { room, limit: 1 }))).toBe('invalid_payload');
    }
    const { data } = await peer.request('latest', { room: 'tea', limit: 1e9 });
    expect((data as Place[]).map(({ offset }) => offset)).toEqual(
      Array.from({ length: SIZE }, (_value, n) => n + 11),
    );
    expect(JSON.stringify(data)).not.toContain('secret');
    expect((await peer.request('latest', { room: 'witness', limit: 5 })).data).toEqual([]);
    expect((await peer.request('latest', { room: 'nobody', limit: 5 })).data).toEqual([]);
  });

  it('has no place for a message that cannot be encoded: its handler fails alone', async () => {
    const peer = await hostile.connect();
    const place = await enter(peer, 'spoiled');
    for (const how of ['bigint', 'cycle']) {
      expect(codeOf(await peer.request('spoil', { room: 'spoiled', how }))).toBe('internal_error');
    }
    await peer.request('repeat', { rooms: ['spoiled'], text: 'good' });
    expect(await peer.next()).toMatchObject({ offset: place.offset + 1, data: { text: 'good' } });
  });

  it('is asked of an option that throws: nobody enters, nothing is said, and nothing else fails', async () => {
    const peer = await hostile.connect();
    expect(codeOf(await peer.request('join', { room: 'cursed' }))).toBe('internal_error');
    expect((await peer.request('rooms')).data).toEqual([]);
    const rooms = ['tea', 'cursed'];
    await enter(peer, 'tea');
    expect(codeOf(await peer.request('say_at_once', { rooms, text: 'x' }))).toBe('internal_error');
    expect(await peer.barrier()).toEqual([]);
  });
});

describe('a hello where everybody needs a token', () => {
  const hostile = useHostileApp({
    module: hostileModule([HistoryGateway], {
      ...OPTIONS,
      auth: { authenticator: new JwtAuthenticator({ algorithms: ['HS256'], secret: SECRET }) },
    }),
    witnessQuery: `?token=${tokenOf('witness')}`,
  });

  it('is unauthenticated before there is a user, and may then be said', async () => {
    const peer = await hostile.connect();
    const rooms = [TEA];
    expect(codeOf(await peer.request('hello', { rooms }))).toBe('unauthenticated');
    expect(codeOf(await peer.request('latest', { room: 'tea' }))).toBe('unauthenticated');
    await peer.request('authenticate', { token: tokenOf('alice') });
    expect((await peer.request('hello', { rooms })).event).toBe('ack');
    expect(await enter(peer, 'tea')).toMatchObject({ recovered: false });
  });
});
