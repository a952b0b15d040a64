import { Logger } from '@nestjs/common';
import { ANYWHERE, DEFAULTS, MemoryPresenceStore, type PresenceStore } from 'bounce-ws';
import * as fc from 'fast-check';
import { type Observable, Subject } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PresenceAnnouncer } from '../../../lib/presence/presence.announcer.js';

type Fate = 'done' | 'refused' | 'done, but the answer is lost';

/** A store that now and then cannot be reached, before it did what it was told or after. */
class UnsteadyStore implements PresenceStore {
  readonly #returned = new Subject<void>();
  readonly inner = new MemoryPresenceStore();
  readonly events$ = this.inner.events$;
  readonly returned$: Observable<void> = this.#returned.asObservable();
  /** What becomes of the calls to come. */
  fates: Fate[] = [];

  readonly update: PresenceStore['update'] = (...args) =>
    this.#call(() => this.inner.update(...args));
  readonly renew: PresenceStore['renew'] = (...args) => this.#call(() => this.inner.renew(...args));
  readonly reap: PresenceStore['reap'] = (node) => this.inner.reap(node);
  readonly retire: PresenceStore['retire'] = (...args) => this.inner.retire(...args);
  readonly heldBy: PresenceStore['heldBy'] = (node) => this.inner.heldBy(node);
  readonly areOnline: PresenceStore['areOnline'] = (users) => this.inner.areOnline(users);
  readonly count: PresenceStore['count'] = () => this.inner.count();
  readonly list: PresenceStore['list'] = (...args) => this.inner.list(...args);
  readonly lastSeen: PresenceStore['lastSeen'] = (user) => this.inner.lastSeen(user);
  readonly room: PresenceStore['room'] = (room) => this.inner.room(room);

  /** Tells the nodes that it can be reached again. */
  comeBack(): void {
    this.#returned.next();
  }

  /** Gives a node up although it lives, as when it was cut off for too long. */
  async giveUp(node: string): Promise<void> {
    await this.inner.retire(node, 0);
    while (await this.inner.reap(node));
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    const fate = this.fates.shift() ?? 'done';
    const answer = fate === 'refused' ? undefined : await call();
    if (fate === 'done') return answer as T;
    setImmediate(() => this.comeBack());
    throw new Error('The store cannot be reached');
  }
}

const NODES = ['one', 'two', 'three'] as const;
const USERS = ['ann', 'ben', 'cai', '__proto__'] as const;
const ROOMS = [ANYWHERE, 'tea'] as const;
const settings = { ...DEFAULTS.presence, graceMs: 2 };

const command = fc.record({
  what: fc.constantFrom('enter', 'enter', 'exit', 'close', 'give up', 'rest'),
  node: fc.constantFrom(...NODES),
  user: fc.constantFrom(...USERS),
  room: fc.constantFrom(...ROOMS),
});
const fate = fc.constantFrom<Fate>('done', 'done', 'refused', 'done, but the answer is lost');

describe('PresenceAnnouncer', () => {
  // What it says of a store that cannot be reached is said thousands of times here.
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

  const announcers: PresenceAnnouncer[] = [];
  afterEach(async () => {
    for (const announcer of announcers.splice(0)) await announcer.stop(0);
  });

  function startNodes(store: UnsteadyStore): Map<string, PresenceAnnouncer> {
    const nodes = NODES.map((id) => [id, new PresenceAnnouncer(store, id, settings)] as const);
    for (const [, node] of nodes) {
      announcers.push(node);
      node.start();
    }
    return new Map(nodes);
  }

  it('makes of any comings and goings, on a store that fails, what is so: joins and leaves in turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { maxLength: 40 }),
        fc.array(fate, { maxLength: 30 }),
        async (commands, fates) => {
          const store = new UnsteadyStore();
          const present = new Set<string>();
          const told = new Map<string, boolean>();
          let lastSeq = 0;
          store.events$.subscribe(({ seq, joins, leaves }) => {
            expect(seq).toBe(++lastSeq);
            for (const { room, userId } of joins) {
              const key = `${room}/${userId}`;
              // In a room, somebody who comes may also be one whose metadata has changed; there is none here.
              expect(told.get(key) ?? false).toBe(false);
              told.set(key, true);
            }
            for (const { room, userId } of leaves) {
              expect(told.get(`${room}/${userId}`)).toBe(true);
              told.set(`${room}/${userId}`, false);
            }
          });
          const nodes = startNodes(store);
          store.fates = [...fates];
          for (const { what, node, user, room } of commands) {
            const { book } = nodes.get(node)!;
            if (what === 'rest') await new Promise(setImmediate);
            else if (what === 'give up') await store.giveUp(node);
            else if (what === 'enter') {
              book.enter(room, user, '1');
              present.add(`${node}/${room}/${user}`);
            } else {
              book.exit(room, user, what === 'close');
              present.delete(`${node}/${room}/${user}`);
            }
          }
          store.fates = [];
          store.comeBack();
          for (const room of ROOMS) {
            const wanted = USERS.filter((user) =>
              NODES.some((node) => present.has(`${node}/${room}/${user}`)),
            ).toSorted();
            await expect
              .poll(
                async () => (await store.room(room)).members.map(({ userId }) => userId).toSorted(),
                { interval: 1 },
              )
              .toEqual(wanted);
            expect(USERS.filter((user) => told.get(`${room}/${user}`)).toSorted()).toEqual(wanted);
          }
          await Promise.all(announcers.splice(0).map((announcer) => announcer.stop(0)));
          // The last one to go takes along what was left: as many leaves as joins.
          expect([...told.values()].some(Boolean)).toBe(false);
          expect(await store.count()).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);

  describe('that stops', () => {
    const users = Array.from({ length: 5_000 }, (_, index) => `user-${index}`);

    /** Starts a node and counts what is told. */
    async function startCounting() {
      const store = new UnsteadyStore();
      const told = { joins: 0, leaves: 0, goodbyes: 0 };
      store.events$.subscribe(({ joins, leaves, retiring }) => {
        told.joins += joins.length;
        told.leaves += leaves.length;
        if (retiring !== undefined) told.goodbyes++;
      });
      const nodes = [...startNodes(store).values()];
      await Promise.all(nodes.map((node) => node.settled()));
      const [one] = nodes;
      return { store, told, one: one! };
    }

    it('announces who came and went in that very moment, and then says goodbye', async () => {
      const { told, one } = await startCounting();
      for (const user of users) one.book.enter(ANYWHERE, user, '');
      await expect.poll(() => told.joins, { interval: 1 }).toBe(users.length);
      for (const user of users) one.book.exit(ANYWHERE, user, false);
      for (const user of users) one.book.enter('tea', user, '1');
      await one.stop(5_000);
      expect(told).toEqual({ joins: users.length * 2, leaves: users.length, goodbyes: 1 });
    });

    it('says goodbye all the same when there is no time for that', async () => {
      const { told, one } = await startCounting();
      for (const user of users) one.book.enter(ANYWHERE, user, '');
      await one.stop(0);
      expect(told.joins).toBeGreaterThan(0);
      expect(told.joins).toBeLessThan(users.length);
      expect(told.goodbyes).toBe(1);
    });

    it('says goodbye all the same when the store takes nothing any more', async () => {
      const { store, told, one } = await startCounting();
      store.fates = users.map(() => 'refused');
      for (const user of users) one.book.enter(ANYWHERE, user, '');
      await one.stop(5_000);
      expect(told).toEqual({ joins: 0, leaves: 0, goodbyes: 1 });
    });
  });

  it('has joins and leaves in turn of 200 clients that flap, and keeps nothing of them', async () => {
    const store = new UnsteadyStore();
    const [node] = startNodes(store).values();
    let joins = 0;
    let leaves = 0;
    store.events$.subscribe((event) => {
      joins += event.joins.length;
      leaves += event.leaves.length;
    });
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    for (let round = 0; round < 20; round++) {
      for (const user of users) node!.book.enter(ANYWHERE, user, '');
      await node!.settled();
      for (const user of users) node!.book.exit(ANYWHERE, user, round % 2 === 0);
      await expect.poll(() => leaves, { interval: 1 }).toBe(joins);
    }
    expect(joins).toBe(200 * 20);
    expect(await store.count()).toBe(0);
    expect(await store.heldBy('one')).toEqual([]);
    expect(node!.book.announcedSize).toBe(0);
  });
});
