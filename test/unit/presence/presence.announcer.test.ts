import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ANYWHERE, DEFAULTS, MemoryPresenceStore } from 'bounce-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PresenceAnnouncer } from '../../../lib/presence/presence.announcer.js';
import { type Course, UnsteadyView } from './support/unsteady-view.js';

/** Its answer takes some turns. */
const SLOW: Course = { fate: 'done', there: 0, back: 50 };

const settings = { ...DEFAULTS.presence, graceMs: 2 };

describe('PresenceAnnouncer', () => {
  // It says of a store that cannot be reached that it cannot.
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

  const announcers: PresenceAnnouncer[] = [];
  afterEach(async () => {
    for (const announcer of announcers.splice(0)) await announcer.stop(0);
  });

  /** Starts two nodes on one store, and counts what is told. */
  async function startTwo() {
    const store = new MemoryPresenceStore();
    const view = new UnsteadyView(store);
    const told = { joins: 0, leaves: 0, goodbyes: 0 };
    store.events$.subscribe(({ joins, leaves, retiring }) => {
      told.joins += joins.length;
      told.leaves += leaves.length;
      if (retiring !== undefined) told.goodbyes++;
    });
    const one = new PresenceAnnouncer(view, 'one', settings);
    announcers.push(one, new PresenceAnnouncer(store, 'two', settings));
    for (const node of announcers) node.start();
    await Promise.all(announcers.map((node) => node.settled()));
    return { store, view, told, one };
  }

  describe('that stops', () => {
    const users = Array.from({ length: 5_000 }, (_, index) => `user-${index}`);

    it('announces who came and went in that very moment, and then says goodbye', async () => {
      const { told, one } = await startTwo();
      for (const user of users) one.book.enter(ANYWHERE, user, '');
      await expect.poll(() => told.joins, { interval: 1 }).toBe(users.length);
      for (const user of users) one.book.exit(ANYWHERE, user, false);
      for (const user of users) one.book.enter('tea', user, '1');
      await one.stop(5_000);
      expect(told).toEqual({ joins: users.length * 2, leaves: users.length, goodbyes: 1 });
    });

    it('says goodbye all the same when there is no time for that', async () => {
      const { told, one } = await startTwo();
      for (const user of users) one.book.enter(ANYWHERE, user, '');
      await one.stop(0);
      expect(told.joins).toBeGreaterThan(0);
      expect(told.joins).toBeLessThan(users.length);
      expect(told.goodbyes).toBe(1);
    });

    it('says goodbye all the same when the store takes nothing any more', async () => {
      const { view, told, one } = await startTwo();
      view.courses = users.map(() => ({ fate: 'refused', there: 0, back: 0 }));
      for (const user of users) one.book.enter(ANYWHERE, user, '');
      await one.stop(5_000);
      expect(told).toEqual({ joins: 0, leaves: 0, goodbyes: 1 });
    });
  });

  it('has joins and leaves in turn of 200 clients that flap, and keeps nothing of them', async () => {
    const { store, told, one } = await startTwo();
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    for (let round = 0; round < 20; round++) {
      for (const user of users) one.book.enter(ANYWHERE, user, '');
      await one.settled();
      for (const user of users) one.book.exit(ANYWHERE, user, round % 2 === 0);
      await expect.poll(() => told.leaves, { interval: 1 }).toBe(told.joins);
    }
    expect(told.joins).toBe(200 * 20);
    expect(await store.count()).toBe(0);
    expect(await store.heldBy('one')).toEqual([]);
    expect(one.book.announcedSize).toBe(0);
  });

  it('renews its lease for each time that the store is back, also while it is telling it something', async () => {
    const view = new UnsteadyView(new MemoryPresenceStore());
    const one = new PresenceAnnouncer(view, 'one', settings);
    announcers.push(one);
    let renewals = 0;
    one.renewed$.subscribe(() => renewals++);
    const isCalled = async () => {
      while (view.courses.length > 0) await turn();
    };
    view.courses = [SLOW];
    one.start();
    await isCalled();
    view.comeBack();
    await expect.poll(() => renewals).toBe(1);
    view.courses = [SLOW];
    view.comeBack();
    await isCalled();
    view.comeBack();
    await expect.poll(() => renewals).toBe(3);
  });
});
