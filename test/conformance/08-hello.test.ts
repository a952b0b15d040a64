import { describe, expect, it } from 'vitest';
import { errorData } from './support/errors.js';
import { comeBack, enter, HistoryRoom, nameOf, recovered, textsOf } from './support/history.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const MOST_PLACES = 128;

describe('8.8 A hello', () => {
  it('is acked with a name for the connection', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    const answer = await ann.request('hello', { rooms: [] });
    expect(answer).toMatchObject({
      event: 'ack',
      data: { connection: expect.stringMatching(/^.{1,64}$/) as string },
    });
    expect(Object.keys(answer.data as object)).toEqual(['connection']);
    expect(await nameOf(ben)).not.toBe((answer.data as { connection: string }).connection);
  });

  it('without an id is answered by its recoveries alone', async () => {
    const room = await HistoryRoom.open(target);
    const [message] = await room.announce('missed');
    const ann = await target.connect();
    ann.send('hello', { rooms: [room.at(0)] });
    ann.send('join', { room: room.name });
    expect(await ann.next()).toMatchObject({ event: 'recovery', data: recovered(room.at(0)) });
    expect(await ann.next()).toEqual(message);
  });

  it('is taken once a connection', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await comeBack(target, []);
    const again = await ann.request('hello', { rooms: [room.at(0)] });
    expect(again.data).toEqual(errorData('forbidden', { event: 'hello' }));
    expect(await enter(ann, room.name)).toEqual(room.at(0));
  });

  it('that was refused does not count', async () => {
    const ann = await target.connect();
    expect(await ann.request('hello', {})).toMatchObject({ event: 'error' });
    expect(await ann.request('hello', { rooms: [] })).toMatchObject({ event: 'ack' });
  });

  it('makes nobody a member', async () => {
    const room = await HistoryRoom.open(target);
    await room.announce('a secret');
    const ann = await comeBack(target, [room.at(0)]);
    expect((await ann.request('rooms')).data).toEqual([]);
    await room.announce('another secret');
    expect(await target.settled(ann)).toEqual([]);
  });
});

describe('8.8 The data of a hello', () => {
  const [room, epoch] = ['history:payload', 'no epoch'];
  const place = { room, epoch, offset: 0 };
  const of = (change: object): object => ({ rooms: [{ ...place, ...change }] });
  const roomOf = (name: unknown): object => of({ room: name });

  const longest = { room: 'x'.repeat(128), epoch: 'x'.repeat(64), offset: 2 ** 53 - 1 };
  const inherited = { room: '__proto__', epoch: 'constructor', offset: 0 };

  /** By the field that is wrong. */
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    data: ['x', 5, null, [], [place]],
    rooms: [{}, { rooms: null }, { rooms: 'x' }, { rooms: { 0: place, length: 1 } }],
    room: [
      ...[null, room, [room, epoch, 0], {}].map((value) => ({ rooms: [place, value] })),
      ...[undefined, 5, '', 'a room', 'history:*', 'history:\0', 'history:\r\n'].map(roomOf),
      ...['x'.repeat(129), 'x'.repeat(60_000)].map(roomOf),
    ],
    epoch: [undefined, null, 5, 'x'.repeat(65)].map((value) => of({ epoch: value })),
    offset: [undefined, null, '1', -1, 1.5, 2 ** 53, 1e308].map((value) => of({ offset: value })),
    limit: [null, 'x', '5', 0, -1, 1.5, [5]].map((limit) => ({ rooms: [], limit })),
    connection: [null, 5, ['x'], 'x'.repeat(65)].map((connection) => ({ rooms: [], connection })),
  };

  it.each(Object.entries(wrong))('is invalid_payload when its %s is wrong', async (field, all) => {
    const details = { fields: [{ field, reason: expect.any(String) as string }] };
    for (const data of all) {
      const peer = await target.connect();
      const answer = await peer.request('hello', data);
      expect([data, answer.data]).toEqual([
        data,
        errorData('invalid_payload', { event: 'hello', details }),
      ]);
    }
  });

  it('is invalid_payload when only a prototype would have the keys', async () => {
    const peer = await target.connect();
    peer.sendRaw(
      '{"event":"hello","id":1,"data":{"__proto__":{"rooms":[]},"constructor":{"rooms":[]}}}',
    );
    expect(await peer.next()).toMatchObject({ id: 1, data: { code: 'invalid_payload' } });
    peer.sendRaw(
      `{"event":"hello","id":2,"data":{"rooms":[{"__proto__":${JSON.stringify(place)}}]}}`,
    );
    expect(await peer.next()).toMatchObject({ id: 2, data: { code: 'invalid_payload' } });
  });

  it('has at most 128 places', async () => {
    const places = Array.from({ length: MOST_PLACES + 1 }, (_value, index) => {
      return { room: `history:place-${index}`, epoch: '', offset: 0 };
    });
    const peer = await target.connect();
    const details = { limit: 'roomsPerConnection', max: MOST_PLACES };
    expect((await peer.request('hello', { rooms: places })).data).toEqual(
      errorData('limit_exceeded', { event: 'hello', details }),
    );
    expect(await peer.request('hello', { rooms: places.slice(1) })).toMatchObject({ event: 'ack' });
  });

  it.each([
    ['as long as it can be', { connection: 'x'.repeat(64), limit: 1 }, longest],
    ['full of names of prototypes', { connection: 'toString' }, inherited],
    ['more than is asked for', { limit: 1e9, more: [] }, { ...place, more: {} }],
  ])('may be %s', async (_what, options, one) => {
    const peer = await target.connect();
    const answer = await peer.request('hello', { ...options, rooms: [one] });
    expect(answer).toMatchObject({ event: 'ack' });
    expect(await target.settled(peer)).toEqual([]);
  });

  it('counts the last place of a room that it has twice', async () => {
    const history = await HistoryRoom.open(target);
    const messages = await history.announce(...textsOf(3));
    const ann = await comeBack(target, [history.at(0), history.at(2)]);
    expect(await enter(ann, history.name)).toEqual(recovered(history.at(2)));
    expect(await ann.next()).toEqual(messages[2]);
  });
});
