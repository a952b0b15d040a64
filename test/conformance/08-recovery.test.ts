import { describe, expect, it } from 'vitest';
import type { PeerMessage } from '../support/ws-peer.js';
import {
  comeBack,
  enter,
  HistoryRoom,
  nameOf,
  newRoom,
  nextRecovery,
  type Place,
  recovered,
  takeNumbered,
  textsOf,
} from './support/history.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const KEPT = 100;
/** So much of it that few texts are more than a recovery brings. */
const LONG_TEXT = 'x'.repeat(60_000);

const isNoAnswer = ({ event }: PeerMessage): boolean => event !== 'ack';

describe('8.8 recovered: true', () => {
  it('brings everything that was missed, as it was, and then what is new', async () => {
    const room = await HistoryRoom.open(target);
    const messages = await room.announce(...textsOf(20));
    const ann = await comeBack(target, [room.at(5)]);
    messages.push(...(await room.announce('after the hello')));
    ann.send('join', { room: room.name }, { id: 'join' });
    const got = (await room.everythingOf(ann)).filter(isNoAnswer);
    expect(got[0]).toMatchObject({ event: 'recovery', data: recovered(room.at(5)) });
    expect(got.slice(1, -1)).toEqual(messages.slice(5));
    expect(got.at(-1)).toMatchObject({ offset: messages.length + 1 });
  });

  it('is for who is in the room already too; what came before comes again', async () => {
    const room = await HistoryRoom.open(target);
    const missed = await room.announce(...textsOf(3));
    const ann = await target.connect();
    const { offset } = await enter(ann, room.name);
    const [live] = await room.announce('live');
    expect((await takeNumbered(ann, missed.length + 1 - offset)).at(-1)).toEqual(live);
    await ann.request('hello', { rooms: [room.at(1)] });
    const got = await room.everythingOf(ann);
    expect(got[0]).toMatchObject({ event: 'recovery', data: recovered(room.at(1)) });
    expect(got.slice(1, -1)).toEqual([...missed.slice(1), live]);
  });

  it('leaves no hole and no doubt about the order while others are speaking', async () => {
    const room = await HistoryRoom.open(target);
    const messages = await room.announce(...textsOf(30));
    const peers = await Promise.all(target.nodes.map((node) => target.connect({ node })));
    const said = room.announce(...textsOf(60));
    for (const peer of peers) {
      peer.send('hello', { rooms: [room.at(10)] }, { id: 'hello' });
      peer.send('join', { room: room.name }, { id: 'join' });
    }
    messages.push(...(await said));
    for (const peer of peers) {
      const got = (await room.everythingOf(peer)).filter(isNoAnswer);
      expect(got[0]).toMatchObject({ event: 'recovery', data: recovered(room.at(10)) });
      expect(got.slice(1, messages.length - 9)).toEqual(messages.slice(10));
    }
  });

  it('is true for who missed nothing', async () => {
    const room = await HistoryRoom.open(target);
    await room.announce('one', 'two');
    const ann = await comeBack(target, [room.at(2)]);
    expect(await enter(ann, room.name)).toEqual(recovered(room.at(2)));
    expect(await room.everythingOf(ann)).toMatchObject([{ event: 'announce', offset: 3 }]);
  });

  it('is true in a room that nothing was said in', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await comeBack(target, [room.at(0)]);
    expect(await enter(ann, room.name)).toEqual(recovered(room.at(0)));
  });

  it('leaves out what left out the connection before, if that is named', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await target.connect();
    const connection = await nameOf(ann);
    await enter(ann, room.name);
    ann.send('say', { room: room.name, text: 'my own' });
    const [own] = await takeNumbered(room.host, 1, 'say');
    const [others] = await room.announce('of others');

    const named = await comeBack(target, [room.at(0)], { connection });
    await named.request('join', { room: room.name });
    expect((await room.everythingOf(named)).slice(0, 2)).toMatchObject([
      { event: 'recovery', data: recovered(room.at(0)) },
      others!,
    ]);
    const unnamed = await comeBack(target, [room.at(0)]);
    await unnamed.request('join', { room: room.name });
    expect((await room.everythingOf(unnamed)).slice(0, 3)).toMatchObject([
      { event: 'recovery', data: recovered(room.at(0)) },
      own!,
      others!,
    ]);
  });

  it('is of each room by itself', async () => {
    const rooms = [await HistoryRoom.open(target), await HistoryRoom.open(target)] as const;
    const [one] = await rooms[0].announce('one');
    await rooms[1].announce('other');
    const ann = await comeBack(target, [rooms[0].at(0), { ...rooms[1].at(0), epoch: 'unknown' }]);
    expect(await enter(ann, rooms[0].name)).toEqual(recovered(rooms[0].at(0)));
    expect(await ann.next()).toEqual(one);
    await rooms[1].expectFrom(ann, await enter(ann, rooms[1].name), false);
  });

  it('is told once: who leaves and enters again is told where the log stands', async () => {
    const room = await HistoryRoom.open(target);
    await room.announce('one', 'two');
    const ann = await comeBack(target, [room.at(1)]);
    expect(await enter(ann, room.name)).toEqual(recovered(room.at(1)));
    await ann.next('announce');
    await ann.request('leave', { room: room.name });
    await room.expectFrom(ann, await enter(ann, room.name));
  });

  it.each([
    ['all that is kept', KEPT, undefined],
    ['as many as the limit', 5, 5],
    ['all that is kept, for a limit of 1e9', KEPT, 1e9],
  ])('brings %s', async (_what, count, limit) => {
    const room = await HistoryRoom.open(target);
    const messages = await room.announce(...textsOf(count));
    const ann = await comeBack(target, [room.at(0)], { limit });
    expect(await enter(ann, room.name)).toEqual(recovered(room.at(0)));
    expect(await takeNumbered(ann, count)).toEqual(messages);
  });

  it('brings as much as fits into half of what waits for a slow reader', async () => {
    const room = await HistoryRoom.open(target);
    const messages = await room.announce(...Array<string>(8).fill(LONG_TEXT));
    const ann = await comeBack(target, [room.at(0)]);
    expect(await enter(ann, room.name)).toEqual(recovered(room.at(0)));
    expect(await takeNumbered(ann, 8)).toEqual(messages);
  });
});

describe('8.8 recovered: false', () => {
  /** What was said, what is asked for, and with what limit. */
  const cases: [
    what: string,
    texts: string[],
    place: (room: HistoryRoom) => Place,
    limit?: number,
  ][] = [
    ['the epoch is unknown', textsOf(3), (room) => ({ ...room.at(1), epoch: 'unknown' })],
    ['the epoch is empty', textsOf(3), (room) => ({ ...room.at(1), epoch: '' })],
    ['the offset is ahead', textsOf(3), (room) => room.at(4)],
    ['the offset is far ahead', textsOf(3), (room) => room.at(2 ** 53 - 1)],
    ['more were missed than are kept', textsOf(KEPT + 1), (room) => room.at(0)],
    ['more were missed than the limit', textsOf(6), (room) => room.at(0), 5],
    ['it would be too much', Array<string>(10).fill(LONG_TEXT), (room) => room.at(0)],
  ];

  it.each(cases)('is the answer when %s', async (_what, texts, place, limit) => {
    const room = await HistoryRoom.open(target);
    await room.announce(...texts);
    const ann = await comeBack(target, [place(room)], { limit });
    await room.expectFrom(ann, await enter(ann, room.name), false);
  });

  it('counts messages that are not for the connection', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await target.connect();
    const connection = await nameOf(ann);
    for (const text of textsOf(3)) ann.send('say', { room: room.name, text });
    await takeNumbered(room.host, 3, 'say');
    const again = await comeBack(target, [room.at(0)], { connection, limit: 2 });
    expect(await enter(again, room.name)).toMatchObject({ room: room.name, recovered: false });
  });

  it('is told to who is in the room already, too', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await target.connect();
    await enter(ann, room.name);
    await room.announce('live');
    await ann.next('announce');
    await ann.request('hello', { rooms: [{ ...room.at(0), epoch: 'unknown' }] });
    await room.expectFrom(ann, await nextRecovery(ann), false);
  });

  it('tells nothing of another room, whose place was named', async () => {
    const [secret, own] = [await HistoryRoom.open(target), await HistoryRoom.open(target)];
    await secret.announce(...textsOf(3));
    const ann = await comeBack(target, [{ ...secret.at(1), room: own.name }]);
    await own.expectFrom(ann, await enter(ann, own.name), false);
  });
});

describe('8.8 A room that the connection is not in', () => {
  it('is told nothing of, whether it has history, is there or not', async () => {
    const [secret, own] = [await HistoryRoom.open(target), await HistoryRoom.open(target)];
    await secret.announce(...textsOf(3));
    const ann = await target.connect();
    await enter(ann, own.name);
    const named = [secret.at(0), secret.at(9), { ...secret.at(1), epoch: 'unknown' }];
    for (const place of [
      { ...secret.at(0), room: newRoom() },
      { ...secret.at(0), room: 'tea' },
    ]) {
      named.push(place);
    }
    const { data } = await ann.request('hello', { rooms: [...named, own.at(0)] });
    expect(JSON.stringify(data)).not.toContain(secret.name);
    expect(await nextRecovery(ann)).toEqual(recovered(own.at(0)));
    await secret.announce('one more');
    expect(await target.settled(ann)).toEqual([]);
    expect(await own.everythingOf(ann)).toMatchObject([{ room: own.name, offset: 1 }]);
  });

  it('is recovered when it is entered at last', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await comeBack(target, [room.at(0)]);
    const messages = await room.announce(...textsOf(3));
    expect(await target.settled(ann)).toEqual([]);
    expect(await enter(ann, room.name)).toEqual(recovered(room.at(0)));
    expect(await takeNumbered(ann, 3)).toEqual(messages);
  });

  it('has no recovery where it has no history', async () => {
    const ann = await comeBack(target, [{ room: 'tea', epoch: '', offset: 0 }]);
    await ann.request('join', { room: 'tea' });
    expect(await target.settled(ann)).toEqual([]);
  });
});
