import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import type { FramePeer } from '../support/frame-peer.js';
import { tokenOf } from '../support/tokens.js';
import { errorData } from './support/errors.js';
import { isSenders, type JsonFrame } from './support/foreign.js';
import {
  enter,
  HistoryRoom,
  newRoom,
  type NumberedMessage,
  type Recovery,
  takeNumbered,
  textOf,
  textsOf,
} from './support/history.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const timestamp = expect.any(String) as string;
const from = expect.any(String) as string;

describe('8.7 Messages of a room with history', () => {
  it('have the room and an offset, counted from 1', async () => {
    const room = await HistoryRoom.open(target);
    const messages = await room.announce('one', 'two');
    expect(messages).toEqual(
      ['one', 'two'].map((text, index) => ({
        event: 'announce',
        data: { text, channel: room.name, from },
        timestamp,
        room: room.name,
        offset: index + 1,
      })),
    );
  });

  it('are the same for all members, on every server, in the order of their offsets', async () => {
    const room = newRoom();
    const places = target.nodes.flatMap((node) => [node, node]);
    const peers = await Promise.all(places.map((node) => target.connect({ node })));
    for (const peer of peers) await enter(peer, room);
    // Fewer in all than the log has: a server that is behind can always read what it lacks.
    const texts = textsOf(15);
    for (const text of texts) {
      for (const [index, peer] of peers.entries()) {
        peer.send('announce', { text: `${index} ${text}`, channel: room });
      }
    }
    const count = peers.length * texts.length;
    const [first = [], ...others] = await Promise.all(
      peers.map((peer) => takeNumbered(peer, count)),
    );
    expect(first.map(({ offset }) => offset)).toEqual(first.map((_message, index) => index + 1));
    for (const messages of others) expect(messages).toEqual(first);
    for (const speaker of peers.keys()) {
      const own = first.map(textOf).filter((text) => text.startsWith(`${speaker} `));
      expect(own).toEqual(texts.map((text) => `${speaker} ${text}`));
    }
  });

  it('count also for those that they leave out', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await target.connect();
    await enter(ann, room.name);
    ann.send('say', { room: room.name, text: 'not for me' });
    await takeNumbered(room.host, 1, 'say');
    const [message] = await room.announce('for all');
    expect(message?.offset).toBe(2);
    expect(await ann.next('announce')).toEqual(message);
    expect(await room.everythingOf(ann)).toMatchObject([{ event: 'announce', offset: 3 }]);
  });

  it('come to members only, and not to those who have left', async () => {
    const room = await HistoryRoom.open(target);
    const [ann, ben] = [await target.connect(), await target.connect()];
    await enter(ann, room.name);
    await ann.request('leave', { room: room.name });
    await room.announce('anybody?');
    for (const peer of [ann, ben]) expect(await target.settled(peer)).toEqual([]);
  });
});

describe('8.7 What is not in the log', () => {
  it('is what those who are behind need not get, and what is for users or for all', async () => {
    const room = await HistoryRoom.open(target);
    const { host } = room;
    await host.request('authenticate', { token: tokenOf('alice') });
    const ann = await target.connect();
    await ann.request('wave', { room: room.name });
    expect(await host.next('waved')).toEqual({
      event: 'waved',
      data: { room: room.name, from },
      timestamp,
    });
    await ann.request('tell', { user: 'alice', text: 'for a user' });
    await ann.request('shout', { text: 'for all' });
    for (const event of ['told', 'shouted']) {
      expect(await host.next(event)).toEqual({ event, data: expect.any(Object), timestamp });
    }
    expect(await room.announce('the first')).toMatchObject([{ offset: 1 }]);
  });

  it('is presence in the room', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await target.connect();
    await ann.request('authenticate', { token: tokenOf('bob') });
    await ann.request('show', { room: room.name });
    expect(await ann.next('presence_state')).toEqual({
      event: 'presence_state',
      data: { room: room.name, members: [{ user: 'bob', meta: {} }] },
      timestamp,
    });
    expect(await room.announce('the first')).toMatchObject([{ offset: 1 }]);
  });

  it('is everything in a room without history', async () => {
    const peer = await target.connect();
    const room = newRoom().replace('history:', 'no-history:');
    await peer.request('join', { room });
    peer.send('announce', { text: 'hello', channel: room });
    expect(await peer.next()).toEqual({
      event: 'announce',
      data: { text: 'hello', channel: room, from },
      timestamp,
    });
    expect(await target.settled(peer)).toEqual([]);
  });
});

describe('8.7 recovery', () => {
  it('says where the log stands to who enters, before any message', async () => {
    const room = await HistoryRoom.open(target);
    await room.announce('one', 'two');
    const ann = await target.connect();
    ann.send('join', { room: room.name });
    const told = await ann.next();
    expect(told).toEqual({ event: 'recovery', data: expect.any(Object) as object, timestamp });
    await room.expectFrom(ann, told.data as Recovery);
  });

  it('is followed by every message with a higher offset, while others are speaking', async () => {
    const room = await HistoryRoom.open(target);
    const texts = textsOf(80);
    const said = room.announce(...texts);
    const peers = await Promise.all(target.nodes.map((node) => target.connect({ node })));
    for (const peer of peers) peer.send('join', { room: room.name });
    await said;
    for (const peer of peers) await room.expectFrom(peer, (await peer.next()).data as Recovery);
  });

  it('comes once, however often the room is entered', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await target.connect();
    await enter(ann, room.name);
    await ann.request('join', { room: room.name });
    expect(await room.everythingOf(ann)).toMatchObject([{ event: 'announce', offset: 1 }]);
  });

  it('comes again to who has left and enters again', async () => {
    const room = await HistoryRoom.open(target);
    const ann = await target.connect();
    await enter(ann, room.name);
    await ann.request('leave', { room: room.name });
    await room.announce('one', 'two');
    await room.expectFrom(ann, await enter(ann, room.name));
  });

  it('belongs to one room: each has its own count and its own epoch', async () => {
    const [one, other] = [await HistoryRoom.open(target), await HistoryRoom.open(target)];
    await one.announce(...textsOf(3));
    const ann = await target.connect();
    await one.expectFrom(ann, await enter(ann, one.name));
    expect(await enter(ann, other.name)).toEqual(other.at(0));
    expect(one.epoch).not.toBe(other.epoch);
    expect(await other.announce('the first')).toMatchObject([{ offset: 1 }]);
  });
});

describe('8.7 in other formats', () => {
  it('is the same in MessagePack', async () => {
    const room = await HistoryRoom.open(target);
    const peer = await target.open(target.url.pathname, ['bounce.v1.msgpack']);
    const take = async (): Promise<unknown> => unpack((await peer.next()) as Buffer);
    peer.send(pack({ event: 'join', data: { room: room.name } }));
    expect(await take()).toEqual({ event: 'recovery', data: room.at(0), timestamp });
    const [message] = await room.announce('packed');
    expect(await take()).toEqual(message);
    peer.send(pack({ event: 'hello', id: 1, data: { rooms: [room.at(0)] } }));
    expect(await take()).toEqual({
      event: 'ack',
      id: 1,
      data: { connection: expect.any(String) as string },
      timestamp,
    });
    const data = { ...room.at(0), recovered: true };
    expect(await take()).toEqual({ event: 'recovery', data, timestamp });
    expect(await take()).toEqual(message);
  });

  const formats = [
    {
      path: '/wszero',
      envelope: (event: string, data: object) => ({ op: event, ...data }),
      sent: ({ data }: NumberedMessage) => ({ op: 'announce', ...(data as object) }),
      refusal: { op: 'error', msg: 'The event is reserved' },
    },
    {
      path: '/microsockets',
      envelope: (event: string, data: object) => ({ event, payload: JSON.stringify(data) }),
      sent: ({ data }: NumberedMessage) => ({ event: 'announce', payload: JSON.stringify(data) }),
      refusal: {
        event: 'error',
        payload: JSON.stringify(errorData('reserved_event', { event: 'hello' })),
      },
    },
    {
      path: '/bazis',
      envelope: (event: string, data: object) => ({ type: event, ...data }),
      sent: ({ data }: NumberedMessage) => ({ type: 'data', data }),
      refusal: { type: 'error', code: 'reserved_event', detail: 'The event is reserved' },
    },
  ];

  /** The next frame that is no sender's. */
  const nextOf = (peer: FramePeer): Promise<unknown> =>
    peer.next((frame) => !isSenders(frame as JsonFrame));

  it.each(formats)('is the messages alone, in their order, on $path', async (format) => {
    const room = await HistoryRoom.open(target);
    const peer = await target.open(format.path);
    peer.send(format.envelope('join', { room: room.name }));
    // Its answer, a message of the room's to itself, proves that it is in the room.
    peer.send(format.envelope('announce', { text: 'I am in', channel: room.name }));
    const own = await takeNumbered(room.host, 1);
    expect(own).toMatchObject([{ offset: 1 }]);
    const messages = [...own, ...(await room.announce(...textsOf(20)))];
    for (const message of messages) expect(await nextOf(peer)).toEqual(format.sent(message));
  });

  it.each(formats)('has no hello on $path', async (format) => {
    const peer = await target.open(format.path);
    peer.send(format.envelope('hello', { rooms: [] }));
    expect(await nextOf(peer)).toEqual(format.refusal);
  });
});

describe('13 latest', () => {
  it('returns the latest messages of the log, the oldest first, without those that leave one out', async () => {
    const room = await HistoryRoom.open(target);
    const messages = await room.announce(...textsOf(12));
    await room.host.request('say', { room: room.name, text: 'not for me' });
    const listed = messages.map(({ event, data, timestamp: sent, offset }) => {
      return { event, data, timestamp: sent, offset };
    });
    const latest = async (limit?: number): Promise<unknown> =>
      (await room.host.request('latest', { room: room.name, limit })).data;
    expect(await latest(1e9)).toEqual(listed);
    expect(await latest(3)).toEqual(listed.slice(-2));
    expect(await latest()).toEqual(listed.slice(-9));
  });

  it('returns at most what is kept', async () => {
    const room = await HistoryRoom.open(target);
    const messages = await room.announce(...textsOf(101));
    const { data } = await room.host.request('latest', { room: room.name, limit: 1e9 });
    const offsets = (data as NumberedMessage[]).map(({ offset }) => offset);
    expect(offsets).toEqual(messages.slice(1).map(({ offset }) => offset));
  });

  it.each([-1, 0, 1.5, 'x', null])('refuses a limit of %j', async (limit) => {
    const room = await HistoryRoom.open(target);
    const { data } = await room.host.request('latest', { room: room.name, limit });
    const details = { fields: [{ field: 'limit', reason: expect.any(String) as string }] };
    expect(data).toEqual(errorData('invalid_payload', { event: 'latest', details }));
  });

  it('is for who is in the room', async () => {
    const room = await HistoryRoom.open(target);
    await room.announce('a secret');
    const ann = await target.connect();
    const { data } = await ann.request('latest', { room: room.name });
    expect(data).toEqual(errorData('forbidden', { event: 'latest' }));
  });

  it('has nothing of a room without history', async () => {
    const peer = await target.connect();
    await peer.request('join', { room: 'tea' });
    await peer.request('announce', { text: 'hello', channel: 'tea' });
    expect((await peer.request('latest', { room: 'tea' })).data).toEqual([]);
  });
});
