import { setImmediate as turn } from 'node:timers/promises';
import { ANYWHERE, MemoryPresenceStore, type PresenceKey, type PresenceStore } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { OnlineRoster } from '../../../lib/presence/online-roster.js';
import { PresenceFeed } from '../../../lib/presence/presence.feed.js';
import { RoomMirror } from '../../../lib/presence/room-mirror.js';

const SETTLE_MS = 100;
const LEASE_MS = 60_000;

/** A store on which a node announced users, one after another, and then that some have left. */
async function storeWith(come: readonly string[], gone: readonly string[] = []) {
  const store = new MemoryPresenceStore();
  const key = (userId: string): PresenceKey => ({ room: ANYWHERE, userId });
  let version = 1;
  const tell = (joins: readonly string[], leaves: readonly string[], restoring = false) =>
    store.update('node', {
      version: version++,
      restoring,
      leaseMs: LEASE_MS,
      joins: joins.map((userId) => ({ ...key(userId), meta: '', known: false })),
      leaves: leaves.map((userId) => ({ ...key(userId), agoMs: 0 })),
    });
  await tell([], [], true);
  for (const userId of come) await tell([userId], []);
  for (const userId of gone) await tell([], [userId]);
  return { store, tell };
}

describe('Presence, when the store went back to an old copy of its data', () => {
  it('tells nobody who is gone for there, and who came meanwhile once it has settled', async () => {
    const { store: latest, tell: tellLatest } = await storeWith(['ann']);
    const { store: old, tell: tellOld } = await storeWith(['ann', 'dan']);
    let list: PresenceStore['list'] = (...args) => latest.list(...args);
    const view = Object.assign(Object.create(latest) as PresenceStore, {
      list: (...args: Parameters<PresenceStore['list']>) => list(...args),
    });
    const feed = new PresenceFeed(view, SETTLE_MS);
    const roster = new OnlineRoster(view, feed);
    const told: string[] = [];
    roster.changes$.subscribe(({ userId, online }) => told.push(`${online ? '+' : '-'}${userId}`));
    feed.check(await latest.list(1, null));
    await turn();
    await tellLatest(['dan'], []);
    await tellLatest([], ['dan']);
    feed.check(await latest.list(1, null));
    expect(told).toEqual(['+dan', '-dan']);

    list = (...args) => old.list(...args);
    feed.check(await old.list(1, null));
    await turn();
    expect(told).toEqual(['+dan', '-dan']);
    await tellOld(['eve'], ['dan']);
    await expect.poll(() => told).toEqual(['+dan', '-dan', '+eve']);
    roster.stop();
    feed.stop();
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
});
