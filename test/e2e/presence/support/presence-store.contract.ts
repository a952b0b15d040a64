import { setTimeout as wait } from 'node:timers/promises';
import {
  ANYWHERE,
  type PresenceEvent,
  type PresenceKey,
  type PresenceReceipt,
  type PresenceStore,
  type PresenceUpdate,
} from 'bounce-ws';
import { beforeEach, describe, expect, it } from 'vitest';

const LEASE_MS = 10_000;
const DAY_MS = 86_400_000;
/** How far the clocks of one machine may be apart, rounded as they are. */
const CLOCK_MS = 5;

/** A store under test, as several nodes see it. */
export interface StoresUnderTest {
  /** One more view of the same store, as another node has it. */
  open(): Promise<PresenceStore>;
}

/** One node that speaks to a store. */
class Node {
  version = 0;

  constructor(
    readonly id: string,
    readonly store: PresenceStore,
  ) {}

  /** Restores nothing: so a node begins. */
  begin(leaseMs = LEASE_MS): Promise<PresenceReceipt> {
    return this.update({ restoring: true, leaseMs });
  }

  update(update: Partial<PresenceUpdate>): Promise<PresenceReceipt> {
    this.version = update.version ?? this.version + 1;
    return this.store.update(this.id, {
      restoring: false,
      leaseMs: LEASE_MS,
      joins: [],
      leaves: [],
      ...update,
      version: this.version,
    });
  }

  join(userId: string, room = ANYWHERE, meta = room === ANYWHERE ? '' : '{}', known = false) {
    return this.update({ joins: [{ room, userId, meta, known }] });
  }

  leave(userId: string, room = ANYWHERE, agoMs = 0) {
    return this.update({ leaves: [{ room, userId, agoMs }] });
  }

  renew(leaseMs = LEASE_MS) {
    return this.store.renew(this.id, this.version, leaseMs, DAY_MS);
  }

  async reapAll(node: string): Promise<void> {
    while (await this.store.reap(node));
  }
}

/** What the events of a store say, as text. */
function told(events: readonly PresenceEvent[]): string[] {
  return events.flatMap(({ joins, leaves, retiring }) => [
    ...joins.map(({ room, userId, meta }) => `+${room}/${userId}${meta}`),
    ...leaves.map(({ room, userId }) => `-${room}/${userId}`),
    ...(retiring === undefined ? [] : [`retiring ${retiring.node} ${retiring.graceMs}`]),
  ]);
}

/** What every {@link PresenceStore} has to do. `setup` is called before each test and gives an empty store. */
export function describePresenceStore(name: string, setup: () => Promise<StoresUnderTest>): void {
  describe(`${name} as a PresenceStore`, () => {
    let one: Node;
    let two: Node;
    let events: PresenceEvent[];
    let heard: PresenceEvent[];

    /** Waits until both nodes have heard of everything that happened. */
    async function toldAll(): Promise<string[]> {
      const { seq } = await one.store.room('nowhere');
      await expect.poll(() => events.at(-1)?.seq ?? 0).toBe(seq);
      await expect.poll(() => heard.at(-1)?.seq ?? 0).toBe(seq);
      expect(heard).toEqual(events);
      return told(events);
    }

    beforeEach(async () => {
      const stores = await setup();
      one = new Node('one', await stores.open());
      two = new Node('two', await stores.open());
      events = [];
      heard = [];
      one.store.events$.subscribe((event) => events.push(event));
      two.store.events$.subscribe((event) => heard.push(event));
      await one.begin();
      await two.begin();
    });

    it('is empty at first', async () => {
      expect(await one.store.count()).toBe(0);
      expect((await one.store.list(10, null)).userIds).toEqual([]);
      expect(await one.store.areOnline(['ann'])).toEqual([false]);
      expect(await one.store.lastSeen('ann')).toBeNull();
      expect(await one.store.room('tea')).toMatchObject({ members: [] });
      expect(await toldAll()).toEqual([]);
    });

    it('tells every node of a user who comes and goes, once each', async () => {
      await one.join('ann');
      expect(await two.store.areOnline(['ben', 'ann'])).toEqual([false, true]);
      await one.leave('ann');
      expect(await two.store.areOnline(['ann'])).toEqual([false]);
      expect(await toldAll()).toEqual(['+/ann', '-/ann']);
    });

    it('takes a user on two nodes for one', async () => {
      await one.join('ann');
      await two.join('ann');
      expect(await one.store.count()).toBe(1);
      await one.leave('ann');
      expect(await one.store.areOnline(['ann'])).toEqual([true]);
      await two.leave('ann');
      expect(await one.store.count()).toBe(0);
      expect(await toldAll()).toEqual(['+/ann', '-/ann']);
    });

    it('takes a leave of who is not there, and a join of who is, for nothing', async () => {
      await one.leave('ann');
      await one.join('ann');
      await one.join('ann');
      await two.leave('ann');
      expect(await one.store.count()).toBe(1);
      await one.leave('ann');
      expect(await toldAll()).toEqual(['+/ann', '-/ann']);
    });

    it('numbers its events without a gap', async () => {
      for (const user of ['ann', 'ben', 'cai']) await one.join(user);
      await toldAll();
      const [first, second, third] = events.map(({ seq }) => seq);
      expect([second! - first!, third! - second!]).toEqual([1, 1]);
    });

    it('makes one event of one call', async () => {
      await one.update({
        joins: ['ann', 'ben'].map((userId) => ({ room: ANYWHERE, userId, meta: '', known: false })),
      });
      await toldAll();
      expect(events).toHaveLength(1);
    });

    it('does a call that is repeated once', async () => {
      await one.join('ann');
      await two.join('ann');
      const { version } = one;
      const leave = { leaves: [{ room: ANYWHERE, userId: 'ann', agoMs: 0 }] };
      expect(await one.update({ ...leave, version: version + 1 })).toMatchObject({ held: true });
      expect(await one.update({ ...leave, version: version + 1 })).toMatchObject({ held: true });
      expect(await one.store.areOnline(['ann'])).toEqual([true]);
      // One that comes late, after others.
      await one.join('ann');
      await one.update({ ...leave, version: version + 1 });
      one.version = version + 2;
      await two.leave('ann');
      expect(await one.store.areOnline(['ann'])).toEqual([true]);
    });

    it('does nothing for a node that it has missed something of', async () => {
      const missing = await one.update({
        version: one.version + 2,
        joins: [{ room: ANYWHERE, userId: 'ann', meta: '', known: false }],
      });
      expect(missing.held).toBe(false);
      expect(await one.store.count()).toBe(0);
      expect(await one.renew()).toMatchObject({ held: false });
    });

    it('takes everything anew from a node that restores', async () => {
      await one.join('ann');
      one.version += 10;
      expect(await one.begin()).toMatchObject({ held: true, size: 1 });
      expect(await one.renew()).toMatchObject({ held: true, size: 1 });
      expect(await one.store.heldBy('one')).toEqual([{ room: ANYWHERE, userId: 'ann' }]);
    });

    it('lists users in pages, in a fixed order, each once', async () => {
      const users = ['ann', 'Ben', 'çağ', '日本', '😀', 'a\u0000b', 'a b', '*'];
      for (const user of users) await one.join(user);
      const pages: (readonly string[])[] = [];
      let after: string | null = null;
      do {
        const page: readonly string[] = (await two.store.list(3, after)).userIds;
        pages.push(page);
        after = page.at(-1) ?? null;
      } while (pages.at(-1)!.length === 3);
      expect(pages.map(({ length }) => length)).toEqual([3, 3, 2]);
      expect(pages.flat().toSorted()).toEqual(users.toSorted());
      expect(pages.flat()).toEqual((await two.store.list(100, null)).userIds);
    });

    it('goes on after a user who has left meanwhile', async () => {
      for (const user of ['a', 'b', 'c', 'd']) await one.join(user);
      expect((await one.store.list(2, null)).userIds).toEqual(['a', 'b']);
      await one.leave('b');
      expect((await one.store.list(2, 'b')).userIds).toEqual(['c', 'd']);
    });

    it('knows when users were there last', async () => {
      await one.join('ann');
      await one.join('ben');
      const askedAt = Date.now() - CLOCK_MS;
      await one.leave('ben', ANYWHERE, 5_000);
      const ann = (await two.store.lastSeen('ann'))!;
      const ben = (await two.store.lastSeen('ben'))!;
      const answeredAt = Date.now() + CLOCK_MS;
      for (const seenAt of [ann, ben + 5_000]) {
        expect(seenAt).toBeGreaterThanOrEqual(askedAt);
        expect(seenAt).toBeLessThanOrEqual(answeredAt);
      }
    });

    it('forgets who was there too long ago', async () => {
      await one.join('ann');
      await one.leave('ann', ANYWHERE, 5_000);
      await one.store.renew('one', one.version, LEASE_MS, 10_000);
      expect(await one.store.lastSeen('ann')).not.toBeNull();
      await one.store.renew('one', one.version, LEASE_MS, 4_000);
      expect(await one.store.lastSeen('ann')).toBeNull();
    });

    it('keeps rooms apart, and apart from who is online', async () => {
      await one.join('ann', 'tea', '{"name":"Ann"}');
      await one.join('ben', 'te', '[]');
      expect((await two.store.room('tea')).members).toEqual([
        { userId: 'ann', meta: '{"name":"Ann"}' },
      ]);
      expect((await two.store.room('te')).members).toEqual([{ userId: 'ben', meta: '[]' }]);
      expect((await two.store.room('t')).members).toEqual([]);
      expect(await two.store.count()).toBe(0);
      expect(await toldAll()).toEqual(['+tea/ann{"name":"Ann"}', '+te/ben[]']);
    });

    it('has the metadata that was given last, and tells of it', async () => {
      await one.join('ann', 'tea', '1');
      await two.join('ann', 'tea', '2');
      await one.join('ann', 'tea', '2');
      await one.leave('ann', 'tea');
      expect((await one.store.room('tea')).members).toEqual([{ userId: 'ann', meta: '2' }]);
      await two.leave('ann', 'tea');
      expect(await toldAll()).toEqual(['+tea/ann1', '+tea/ann2', '-tea/ann']);
    });

    it('does not let what is repeated replace newer metadata', async () => {
      await one.join('ann', 'tea', '"new"');
      await two.join('ann', 'tea', '"old"', true);
      expect((await one.store.room('tea')).members).toEqual([{ userId: 'ann', meta: '"new"' }]);
    });

    it('says at which event a room was so, and a page of users', async () => {
      await one.join('ann', 'tea');
      const room = await two.store.room('tea');
      await toldAll();
      const { epoch, seq } = events[0]!;
      expect(room).toMatchObject({ epoch, seq });
      expect(await two.store.list(10, null)).toEqual({ epoch, seq, userIds: [] });
      await one.join('ann');
      expect(await two.store.list(10, null)).toEqual({ epoch, seq: seq + 1, userIds: ['ann'] });
    });

    it('keeps a node with a lease, and tells others when it has ended', async () => {
      await one.join('ann');
      expect(await two.renew()).toMatchObject({ held: true, late: false, expired: [] });
      await two.reapAll('one');
      expect(await one.renew(50)).toMatchObject({ held: true, late: false });
      await expect.poll(async () => (await two.renew()).expired).toEqual(['one']);
      // Nobody goes before somebody reaps.
      expect(await two.store.areOnline(['ann'])).toEqual([true]);
      await two.reapAll('one');
      expect(await two.store.areOnline(['ann'])).toEqual([false]);
      expect((await two.renew()).expired).toEqual([]);
      expect(await toldAll()).toEqual(['+/ann', '-/ann']);
    });

    it('lets everybody reap at the same time: one leave each', async () => {
      const users = Array.from({ length: 1_200 }, (_, index) => `user-${index}`);
      await one.begin(50);
      await one.update({
        joins: users.map((userId) => ({ room: ANYWHERE, userId, meta: '', known: false })),
      });
      await two.join('user-7');
      await expect.poll(async () => (await two.renew()).expired).toEqual(['one']);
      await Promise.all([one.reapAll('one'), two.reapAll('one'), two.reapAll('one')]);
      expect((await two.store.list(10, null)).userIds).toEqual(['user-7']);
      const leaves = (await toldAll()).filter((change) => change.startsWith('-'));
      expect(leaves).toHaveLength(users.length - 1);
      expect(new Set(leaves).size).toBe(users.length - 1);
    });

    it('takes the end of a lease for when its users were seen last', async () => {
      const beganAt = Date.now();
      await one.begin(50);
      await one.join('ann');
      const endedBy = Date.now() + 50;
      await wait(300);
      await two.reapAll('one');
      const seenAt = (await two.store.lastSeen('ann'))!;
      expect(seenAt).toBeGreaterThanOrEqual(beganAt - CLOCK_MS);
      expect(seenAt).toBeLessThanOrEqual(endedBy + CLOCK_MS);
    });

    it('says that a renewal came late, and keeps the node all the same when nobody reaped it', async () => {
      await one.begin(50);
      await one.join('ann');
      await wait(100);
      expect(await one.renew()).toMatchObject({ held: true, late: true });
      expect(await one.renew()).toMatchObject({ held: true, late: false });
      expect(await toldAll()).toEqual(['+/ann']);
    });

    it('has a node that was reaped announce everybody anew: one leave and one join each', async () => {
      await one.begin(50);
      await one.join('ann');
      await one.join('ann', 'tea', '1');
      await wait(100);
      await two.reapAll('one');
      expect(await one.renew()).toMatchObject({ held: false });
      expect(await one.join('ben')).toMatchObject({ held: false });
      const joins = [
        { room: ANYWHERE, userId: 'ann', meta: '', known: true },
        { room: 'tea', userId: 'ann', meta: '1', known: true },
      ];
      expect(await one.update({ restoring: true, joins })).toMatchObject({ held: true, size: 2 });
      const changes = await toldAll();
      expect(changes.slice(0, 2)).toEqual(['+/ann', '+tea/ann1']);
      expect(changes.slice(2, 4).toSorted()).toEqual(['-/ann', '-tea/ann']);
      expect(changes.slice(4)).toEqual(['+/ann', '+tea/ann1']);
    });

    it('stops reaping a node that is back in the middle of it', async () => {
      await one.begin(50);
      const joins = Array.from({ length: 1_200 }, (_, index) => ({
        room: ANYWHERE,
        userId: `user-${index}`,
        meta: '',
        known: false,
      }));
      await one.update({ joins });
      await wait(100);
      expect(await two.store.reap('one')).toBe(true);
      await one.update({ restoring: true, joins: joins.map((join) => ({ ...join, known: true })) });
      expect(await two.store.reap('one')).toBe(false);
      expect(await two.store.count()).toBe(1_200);
      const changes = await toldAll();
      const left = changes.filter((change) => change.startsWith('-'));
      expect(changes).toHaveLength(1_200 + 2 * left.length);
    });

    it('gives the users of a node that retires a grace, and tells the others', async () => {
      const three = new Node('three', one.store);
      await three.begin();
      await three.join('cai');
      await one.join('ann');
      await one.join('ben');
      expect(await three.store.retire('three', 60_000)).toEqual([]);
      expect(await one.store.retire('one', 50)).toEqual([]);
      const changes = await toldAll();
      expect(changes).toContain('retiring three 60000');
      expect(changes).toContain('retiring one 50');
      await two.join('ann');
      await wait(100);
      await two.reapAll('one');
      await two.reapAll('three');
      expect((await two.store.list(10, null)).userIds).toEqual(['ann', 'cai']);
      expect((await toldAll()).filter((change) => change.startsWith('-'))).toEqual(['-/ben']);
    });

    it('lets the last node take its users along', async () => {
      await one.join('ann');
      await one.join('ann', 'tea');
      await two.join('ben');
      expect(await two.store.retire('two', 60_000)).toEqual([]);
      const left = await one.store.retire('one', 60_000);
      expect(left.toSorted()).toEqual(['one', 'two']);
      for (const node of left) await one.reapAll(node);
      expect(await one.store.count()).toBe(0);
      expect((await one.store.room('tea')).members).toEqual([]);
    });

    it('lets the last node take along who is left, also when it was given up itself', async () => {
      await one.join('ann');
      expect(await one.store.retire('one', 60_000)).toEqual([]);
      await two.begin(50);
      await wait(100);
      await two.reapAll('two');
      expect(await two.store.retire('two', 60_000)).toEqual(['one']);
      await two.reapAll('one');
      expect(await two.store.count()).toBe(0);
    });

    it('takes any name for what it is', async () => {
      const users = ['__proto__', 'constructor', '*', '?', '[a]', 'a\u0000tea', 'x'.repeat(256)];
      for (const user of users) await one.join(user, 'tea', '{}');
      for (const user of users) await one.join(user);
      expect((await two.store.areOnline(users)).every(Boolean)).toBe(true);
      const { members } = await two.store.room('tea');
      expect(members.map(({ userId }) => userId).toSorted()).toEqual(users.toSorted());
      const held = (await one.store.heldBy('one')).map(({ room, userId }: PresenceKey) => [
        room,
        userId,
      ]);
      expect(held).toHaveLength(users.length * 2);
      for (const user of users) await one.leave(user);
      for (const user of users) await one.leave(user, 'tea');
      expect(await two.store.count()).toBe(0);
      expect(await one.store.heldBy('one')).toEqual([]);
    });
  });
}
