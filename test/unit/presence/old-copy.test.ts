import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import {
  ANYWHERE,
  type BounceSocket,
  MemoryPresenceStore,
  type PresenceKey,
  type PresenceStore,
} from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../lib/bounce-ws.options.js';
import { Clock, type OutboundFrame } from '../../../lib/connection/index.js';
import { OnlineRoster } from '../../../lib/presence/online-roster.js';
import { PresenceFeed } from '../../../lib/presence/presence.feed.js';
import {
  type PresenceDiff,
  type PresenceState,
  RoomMirror,
} from '../../../lib/presence/room-mirror.js';
import { RoomPresenceFeed } from '../../../lib/presence/room-presence.feed.js';
import { BounceCodec } from '../../../lib/protocol/index.js';
import { deferred } from '../../support/deferred.js';

const SETTLE_MS = 100;
const LEASE_MS = 60_000;
const DIFF_INTERVAL_MS = 1;

/** A store on which a node announced users, one after another. */
async function storeWith(come: readonly string[], room = ANYWHERE) {
  const store = new MemoryPresenceStore();
  const key = (userId: string): PresenceKey => ({ room, userId });
  let version = 1;
  const tell = (joins: readonly string[], leaves: readonly string[], restoring = false) =>
    store.update('node', {
      version: version++,
      restoring,
      leaseMs: LEASE_MS,
      joins: joins.map((userId) => ({ ...key(userId), meta: '1', known: false })),
      leaves: leaves.map((userId) => ({ ...key(userId), agoMs: 0 })),
    });
  await tell([], [], true);
  for (const userId of come) await tell([userId], []);
  return { store, tell };
}

const watched: { stop(): void }[] = [];
afterEach(() => {
  for (const part of watched.splice(0)) part.stop();
});

/** What a node tells that begins with a store; `asked` is what it asks who is online, and may be replaced. */
async function watch(store: PresenceStore) {
  const asked: Pick<PresenceStore, 'list'> = { list: (...args) => store.list(...args) };
  const view = Object.assign(Object.create(store) as PresenceStore, {
    list: (...args: Parameters<PresenceStore['list']>) => asked.list(...args),
  });
  const feed = new PresenceFeed(view, SETTLE_MS);
  const roster = new OnlineRoster(view, feed);
  watched.push(roster, feed);
  const told: string[] = [];
  roster.changes$.subscribe(({ userId, online }) => told.push(`${online ? '+' : '-'}${userId}`));
  feed.check(await store.list(1, null));
  await turn();
  return { asked, feed, told };
}

/** A member of a room, and what it is told of the others there; `asked` is what the store is asked, and may be replaced. */
async function join(room: string, store: PresenceStore) {
  const asked: Pick<PresenceStore, 'room'> = { room: (name) => store.room(name) };
  const view = Object.assign(Object.create(store) as PresenceStore, {
    room: (name: string) => asked.room(name),
  });
  const feed = new PresenceFeed(view, SETTLE_MS);
  const settings = { ...DEFAULTS.presence, diffIntervalMs: DIFF_INTERVAL_MS };
  const roomFeed = new RoomPresenceFeed({ store: view, feed, clock: new Clock('plain'), settings });
  watched.push(roomFeed, feed);
  const told: string[] = [];
  // All that it is asked for is what it can read, and to send that.
  const socket = {
    codec: new BounceCodec(),
    deliverFrame: ({ payload }: OutboundFrame) => told.push(inShort(String(payload))),
  } as unknown as BounceSocket<object>;
  feed.check(await store.room(room));
  roomFeed.add(socket, room, 'ann');
  return { asked, feed, told };
}

/** `ann ben` for who is there, `+ann -ben` for who came and who left. */
function inShort(message: string): string {
  const { data } = JSON.parse(message) as { data: Partial<PresenceState & PresenceDiff> };
  const { members = [], joins = [], leaves = [] } = data;
  return [
    ...members.map(({ user }) => user),
    ...joins.map(({ user }) => `+${user}`),
    ...leaves.map(({ user }) => `-${user}`),
  ].join(' ');
}

describe('Presence, when the store went back to an old copy of its data', () => {
  it('tells nobody who is gone for there, and who came meanwhile once it has settled', async () => {
    const { store: latest, tell: tellLatest } = await storeWith(['ann']);
    const { store: old, tell: tellOld } = await storeWith(['ann', 'dan']);
    const { asked, feed, told } = await watch(latest);
    await tellLatest(['dan'], []);
    await tellLatest([], ['dan']);
    feed.check(await latest.list(1, null));
    expect(told).toEqual(['+dan', '-dan']);

    asked.list = (...args) => old.list(...args);
    feed.check(await old.list(1, null));
    await turn();
    expect(told).toEqual(['+dan', '-dan']);
    await tellOld(['eve'], ['dan']);
    await expect.poll(() => told).toEqual(['+dan', '-dan', '+eve']);
  });

  it('takes nobody for gone by an answer that is older than the settled store', async () => {
    const { store: latest, tell: tellLatest } = await storeWith(['ann']);
    const { store: empty, tell: tellEmpty } = await storeWith([]);
    const { asked, feed, told } = await watch(latest);
    await tellLatest(['dan'], []);

    const answers = deferred();
    asked.list = async (...args) => {
      const answer = await empty.list(...args);
      await answers.promise;
      return answer;
    };
    feed.check(await empty.list(1, null));
    await turn();
    await tellEmpty(['ann', 'dan', 'eve'], []);
    asked.list = (...args) => empty.list(...args);
    await firstValueFrom(feed.gaps$);
    answers.resolve();
    await expect.poll(() => told).toContain('+eve');
    expect(told).toEqual(['+dan', '+eve']);
  });

  it('tells the members of a room of nobody who is gone', () => {
    const mirror = new RoomMirror('tea');
    const members = (...userIds: string[]) => userIds.map((userId) => ({ userId, meta: '1' }));
    mirror.replace({ epoch: 'a', seq: 5, members: members('ann') }, true);
    mirror.takeDiff();
    mirror.replace({ epoch: 'a', seq: 3, members: members('ann', 'dan') }, false);
    expect(mirror.takeDiff()).toBeUndefined();
    mirror.replace({ epoch: 'a', seq: 4, members: members('ann', 'eve') }, true);
    expect(mirror.takeDiff()).toMatchObject({ joins: [{ user: 'eve' }], leaves: [] });
  });

  it('tells the members of a room that nobody left by an answer that is older than the settled store', async () => {
    const { store: latest } = await storeWith(['ann', 'ben'], 'tea');
    const { store: empty, tell: tellEmpty } = await storeWith([], 'tea');
    const { asked, feed, told } = await join('tea', latest);
    await expect.poll(() => told).toEqual(['ann ben']);

    const first = deferred();
    asked.room = async (room) => {
      const answer = await empty.room(room);
      await first.promise;
      return answer;
    };
    feed.check(await empty.room('tea'));
    await turn();
    await tellEmpty(['ann', 'ben', 'eve'], []);
    const second = deferred();
    asked.room = (room) => second.promise.then(() => empty.room(room));
    await firstValueFrom(feed.gaps$);
    first.resolve();
    // Whatever was made of the first answer is told by now.
    await delay(10 * DIFF_INTERVAL_MS);
    second.resolve();
    await expect.poll(() => told).toContain('+eve');
    expect(told).toEqual(['ann ben', '+eve']);
  });
});
