import { Injectable } from '@nestjs/common';
import { AbstractSender, BroadcastService, ConnectionRegistry, RoomService } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { RawPeer } from '../../support/raw-peer.js';
import type { StartedApp } from '../../support/start-app.js';
import {
  type Connection,
  connectBoth,
  connectMany,
  eventsSoFar,
  useApps,
} from '../../support/use-apps.js';

const start = useApps();

interface Party {
  readonly started: StartedApp;
  readonly broadcast: BroadcastService;
  readonly alice: Connection;
  readonly bob: Connection;
  readonly carol: Connection;
  /** Which of the three got what since the last look. */
  readonly received: () => Promise<Record<'alice' | 'bob' | 'carol', string[]>>;
}

/** Alice and Bob have tea, Bob and Carol have cake. */
async function party(): Promise<Party> {
  const started = await start();
  const [alice, bob, carol] = (await connectMany(started, 3)) as [
    Connection,
    Connection,
    Connection,
  ];
  await alice.socket.join('tea');
  await bob.socket.join('tea');
  await bob.socket.join('cake');
  await carol.socket.join('cake');
  const broadcast = started.app.get(BroadcastService);
  const received = async () => ({
    alice: await eventsSoFar(alice.peer),
    bob: await eventsSoFar(bob.peer),
    carol: await eventsSoFar(carol.peer),
  });
  return { started, broadcast, alice, bob, carol, received };
}

describe('a broadcast', () => {
  it('goes to everybody with toAll()', async () => {
    const { broadcast, received } = await party();
    broadcast.toAll().emit('news');
    expect(await received()).toEqual({ alice: ['news'], bob: ['news'], carol: ['news'] });
  });

  it('is an envelope with event, data and timestamp and nothing else', async () => {
    const { broadcast, alice, bob } = await party();
    broadcast.toAll().emit('news', { text: 'hi' });
    expect(await alice.peer.next()).toEqual({
      event: 'news',
      data: { text: 'hi' },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/),
    });
    await bob.peer.next();
    broadcast.toAll().emit('bare');
    expect((await bob.peer.next()).data).toEqual({});
  });

  it.each([null, 0, false, '', [], 'text', { nested: [1, { a: null }] }])(
    'carries %j as it is',
    async (data) => {
      const { broadcast, alice } = await party();
      broadcast.toAll().emit('news', data);
      expect((await alice.peer.next()).data).toEqual(data);
    },
  );

  it('goes to the members of a room only', async () => {
    const { broadcast, received } = await party();
    broadcast.to('tea').emit('news');
    expect(await received()).toEqual({ alice: ['news'], bob: ['news'], carol: [] });
  });

  it('reaches a member of several of the rooms once', async () => {
    const { broadcast, received } = await party();
    broadcast.to('tea', 'cake').emit('news');
    expect(await received()).toEqual({ alice: ['news'], bob: ['news'], carol: ['news'] });
    broadcast.to('cake', 'cake').emit('again');
    expect(await received()).toEqual({ alice: [], bob: ['again'], carol: ['again'] });
  });

  it('reaches nobody in a room that is not there, and with no room at all', async () => {
    const { broadcast, received } = await party();
    broadcast.to('nowhere').emit('news');
    broadcast.to().emit('news');
    expect(await received()).toEqual({ alice: [], bob: [], carol: [] });
  });

  it('leaves out the sockets and rooms it is told to', async () => {
    const { broadcast, alice, bob, received } = await party();
    broadcast.toAll().except(alice.socket).emit('one');
    broadcast.toAll().except('cake').emit('two');
    broadcast.to('tea').except('cake').emit('three');
    broadcast.toAll().except(alice.socket, 'cake').emit('four');
    broadcast.toAll().except(alice.socket).except(bob.socket).emit('five');
    broadcast.toAll().except('nowhere').emit('six');
    expect(await received()).toEqual({
      alice: ['two', 'three', 'six'],
      bob: ['one', 'six'],
      carol: ['one', 'five', 'six'],
    });
  });

  it('has a target that can be kept: each step makes a new one, the recipients are looked up last', async () => {
    const { broadcast, alice, carol, received } = await party();
    const all = broadcast.toAll();
    const withoutAlice = all.except(alice.socket);
    const tea = broadcast.to('tea');
    await carol.socket.join('tea');
    all.emit('all');
    withoutAlice.emit('rest');
    tea.emit('tea');
    expect(await received()).toEqual({
      alice: ['all', 'tea'],
      bob: ['all', 'rest', 'tea'],
      carol: ['all', 'rest', 'tea'],
    });
  });

  it('reaches this node with local()', async () => {
    const { broadcast, received } = await party();
    broadcast.to('tea').local().emit('news');
    expect(await received()).toEqual({ alice: ['news'], bob: ['news'], carol: [] });
  });

  it('arrives in the order in which broadcasts and emits were made', async () => {
    const { broadcast, alice } = await party();
    for (let n = 0; n < 50; n++) {
      if (n % 3 === 0) alice.socket.emit('n', { n });
      else if (n % 3 === 1) broadcast.toAll().emit('n', { n });
      else broadcast.to('tea').emit('n', { n });
    }
    const numbers = (await alice.peer.barrier()).map(({ data }) => (data as { n: number }).n);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('is encoded once however many get it', async () => {
    const { broadcast, received } = await party();
    let encoded = 0;
    const data = { toJSON: () => ({ n: ++encoded }) };
    broadcast.toAll().emit('news', data);
    broadcast.to('tea', 'cake').except('nowhere').emit('news', data);
    expect(await received()).toEqual({
      alice: ['news', 'news'],
      bob: ['news', 'news'],
      carol: ['news', 'news'],
    });
    expect(encoded).toBe(2);
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;

  it.each<[string, unknown]>([
    ['a cycle', cycle],
    ['a BigInt', { n: 1n }],
    ['a function', () => undefined],
  ])('of %s throws a TypeError where it is made and reaches nobody', async (_what, data) => {
    const { broadcast, received } = await party();
    expect(() => broadcast.toAll().emit('news', data)).toThrow(TypeError);
    broadcast.toAll().emit('next');
    expect(await received()).toEqual({ alice: ['next'], bob: ['next'], carol: ['next'] });
  });

  it('does not reach who has gone', async () => {
    const { started, broadcast, alice, bob } = await party();
    await alice.peer.close();
    await expect.poll(() => started.app.get(ConnectionRegistry).size).toBe(2);
    broadcast.to('tea').emit('news');
    expect(await eventsSoFar(bob.peer)).toEqual(['news']);
  });
});

describe('a volatile broadcast', () => {
  it('reaches everybody who keeps up', async () => {
    const { broadcast, received } = await party();
    broadcast.to('tea').volatile().emit('news');
    broadcast.toAll().volatile().except('tea').emit('rest');
    expect(await received()).toEqual({ alice: ['news'], bob: ['news'], carol: ['rest'] });
  });

  it('leaves out who has not read what came before, and nobody else', async () => {
    const started = await start({ options: { maxQueuedBytes: 256 * 1024 * 1024 } });
    const broadcast = started.app.get(BroadcastService);
    const { peer } = await connectBoth(started);
    const slow = await RawPeer.open(started.port);
    slow.socket.pause();
    const registry = started.app.get(ConnectionRegistry);
    await expect.poll(() => registry.size).toBe(2);
    const slowSocket = [...registry.sockets].at(-1)!;
    const block = 'x'.repeat(1024 * 1024);
    // A kernel swallows some megabytes before anything waits on this side.
    for (let n = 0; n < 24; n++) slowSocket.emit('block', block);
    await expect.poll(() => slowSocket.bufferedAmount).toBeGreaterThan(0);
    broadcast.toAll().volatile().emit('skipped');
    broadcast.toAll().emit('kept');
    expect(await eventsSoFar(peer)).toEqual(['skipped', 'kept']);
    slow.socket.resume();
    await expect
      .poll(() => slow.frames.at(-1)?.payload.toString(), { timeout: 5_000, interval: 200 })
      .toContain('"kept"');
    const small = slow.frames.filter(({ payload }) => payload.length < 1024);
    expect(small).toHaveLength(1);
    slow.socket.destroy();
  });
});

describe('a target', () => {
  it('is disconnected with the code and reason given', async () => {
    const { broadcast, alice, bob, carol } = await party();
    broadcast.to('tea').disconnect(4403, 'the party is over');
    const gone = { code: 4403, reason: 'the party is over' };
    expect(await alice.peer.closed).toEqual(gone);
    expect(await bob.peer.closed).toEqual(gone);
    expect(await eventsSoFar(carol.peer)).toEqual([]);
  });

  it('is disconnected with 1000 when no code is given', async () => {
    const { broadcast, alice } = await party();
    broadcast.toAll().disconnect();
    expect(await alice.peer.closed).toEqual({ code: 1000, reason: '' });
  });

  it('gets what was sent before it was disconnected', async () => {
    const { broadcast, alice } = await party();
    broadcast.toAll().emit('last');
    broadcast.toAll().disconnect();
    expect((await alice.peer.next()).event).toBe('last');
    await alice.peer.closed;
  });

  it('joins and leaves rooms', async () => {
    const { started, broadcast, alice, bob, carol, received } = await party();
    const rooms = started.app.get(RoomService);
    await broadcast.to('tea').join('walk');
    expect((await rooms.members('walk')).toSorted()).toEqual(
      [alice.socket.id, bob.socket.id].toSorted(),
    );
    await broadcast.toAll().except(bob.socket).leave('tea');
    expect(await rooms.members('tea')).toEqual([bob.socket.id]);
    await broadcast.to('cake').leave('cake');
    expect(await rooms.rooms()).not.toContain('cake');
    expect(carol.socket.rooms.size).toBe(0);
    broadcast.to('walk').emit('news');
    expect(await received()).toEqual({ alice: ['news'], bob: ['news'], carol: [] });
  });

  it('joins no room with a bad name', async () => {
    const { broadcast } = await party();
    await expect(broadcast.toAll().join('not a room')).rejects.toMatchObject({
      code: 'invalid_payload',
    });
  });
});

describe('toSubscribers()', () => {
  @Injectable()
  class NewsSender extends AbstractSender<string, [string]> {
    readonly event = 'news';
    protected createMessageData(text: string): string {
      return text;
    }
  }

  it('reaches those who subscribed to that sender', async () => {
    const started = await start({ providers: [NewsSender] });
    const [alice, bob] = await connectMany(started, 2);
    await alice!.peer.request('subscribe', { events: ['news'] });
    const broadcast = started.app.get(BroadcastService);
    broadcast.toSubscribers('news').emit('extra', { n: 1 });
    broadcast.toSubscribers('news').except(alice!.socket).emit('nobody');
    broadcast.toSubscribers('weather').emit('nobody');
    expect(await eventsSoFar(alice!.peer)).toEqual(['extra']);
    expect(await eventsSoFar(bob!.peer)).toEqual([]);
  });

  it('and no other broadcast asks for a subscription', async () => {
    const started = await start({ providers: [NewsSender] });
    const { peer } = await connectBoth(started);
    started.app.get(BroadcastService).toAll().emit('news', { text: 'to all' });
    expect(await eventsSoFar(peer)).toEqual(['news']);
  });
});
