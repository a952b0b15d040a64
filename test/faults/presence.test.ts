import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sendToRedis } from '../support/resp.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import type { WsPeer } from '../support/ws-peer.js';
import { eventually } from './support/eventually.js';
import {
  expectNoChange,
  isExact,
  LEASE_MS,
  play,
  type PresenceStage,
} from './support/presence-stage.js';

expectNoUnhandledErrors();

interface RoomDiff {
  readonly joins: readonly unknown[];
  readonly leaves: readonly unknown[];
}

const EVE_FOR_DAN: RoomDiff = { joins: [{ user: 'eve', meta: 3 }], leaves: [{ user: 'dan' }] };

/** Expects that both nodes tell of a user what they should within so many milliseconds, and nothing else later. */
async function bothTell(
  { one, two }: PresenceStage,
  told: Readonly<Record<string, readonly string[]>>,
  withinMs: number,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  const expectTold = (): void => {
    for (const node of [one, two]) {
      for (const [user, changes] of Object.entries(told)) {
        expect(node.changesOf(user)).toEqual(changes);
      }
    }
  };
  await eventually(expectTold, deadline - performance.now());
  // By then every lease has been renewed, and whatever was lost for good would have been told.
  await delay(LEASE_MS * 2);
  expectTold();
}

/** What a member of the room was told since they last asked, and nothing else. */
async function changesIn(peer: WsPeer): Promise<RoomDiff> {
  const messages = await peer.barrier();
  expect(messages.map(({ event }) => event)).toEqual(messages.map(() => 'presence_diff'));
  const diffs = messages.map(({ data }) => data as RoomDiff);
  return {
    joins: diffs.flatMap(({ joins }) => joins),
    leaves: diffs.flatMap(({ leaves }) => leaves),
  };
}

describe.concurrent('presence on two nodes and a Redis', () => {
  test('that forgets everything: exact within 15 s, and nobody seems to come or go', () =>
    play(async (stage, cai) => {
      expect(await sendToRedis(stage.redis.port, 'FLUSHALL')).toBe('+OK');
      await isExact(stage, 15_000);
      await delay(LEASE_MS * 2);
      expectNoChange(stage);
      for (const peer of cai) expect(await peer.barrier()).toEqual([]);
    }));

  test('that is killed and back after 3 s, empty: exact within 15 s', () =>
    play(async (stage, cai) => {
      await stage.redis.kill();
      await expect(stage.one.presence.count()).rejects.toMatchObject({ code: 'unavailable' });
      await delay(3_000);
      await stage.redis.restart();
      await isExact(stage, 15_000);
      await delay(LEASE_MS * 2);
      expectNoChange(stage);
      for (const peer of cai) expect(await peer.barrier()).toEqual([]);
    }));

  test('that lost its data while users left and came: each is told once, on both nodes', () =>
    play(async (stage, cai) => {
      const dan = await stage.one.show('dan', 'tea', 2);
      for (const peer of cai) await peer.next('presence_diff');
      await stage.redis.kill();
      await dan.close();
      await stage.two.show('eve', 'tea', 3);
      await delay(1_000);
      await stage.redis.restart();
      const online = ['ann', 'ben', 'cai', 'eve'];
      await eventually(async () => expect(await stage.one.online()).toEqual(online), 15_000);
      await bothTell(stage, { dan: ['+dan', '-dan'], eve: ['+eve'] }, 15_000);
      for (const peer of cai) expect(await changesIn(peer)).toEqual(EVE_FOR_DAN);
    }));

  test('that lost its data, and a node with it: the users of that node leave once', () =>
    play(async ({ redis, proxy, one }, [cai]) => {
      await redis.kill();
      proxy.refuse();
      await redis.restart();
      await eventually(() => expect(one.changesOf('ben')).toEqual(['+ben', '-ben']), 15_000);
      await delay(LEASE_MS * 2);
      expect(one.changes.slice(3)).toEqual(['-ben']);
      expect(await one.online()).toEqual(['ann', 'cai']);
      expect(await cai!.barrier()).toEqual([]);
    }));

  test('that is frozen for longer than a lease: exact 10 s after, and nobody seems to come or go', () =>
    play(async (stage, cai) => {
      stage.redis.freeze();
      await delay(LEASE_MS * 3);
      stage.redis.thaw();
      await isExact(stage, 10_000);
      await delay(LEASE_MS * 2);
      expectNoChange(stage);
      for (const peer of cai) expect(await peer.barrier()).toEqual([]);
    }));

  test('that one of them is cut off from: its users leave once, and come once when it is back', () =>
    play(async (stage, [cai]) => {
      const { proxy, one, two } = stage;
      proxy.blackhole();
      await eventually(() => expect(one.changes.slice(3)).toEqual(['-ben']), LEASE_MS * 3);
      expect(await one.online()).toEqual(['ann', 'cai']);
      await delay(LEASE_MS * 2);
      proxy.heal();
      await isExact(stage, 15_000);
      await eventually(() => expect(one.changes.slice(3)).toEqual(['-ben', '+ben']), 5_000);
      // The node itself knew all the time that they were there.
      expect(two.changes.slice(3)).toEqual([]);
      // Who has another connection was there all the time.
      expect(await cai!.barrier()).toEqual([]);
    }));

  test('that one of them cannot reach for a moment: it tells who came and went meanwhile, once', () =>
    play(
      async (stage, cai) => {
        const { one, proxy } = stage;
        const dan = await one.show('dan', 'tea', 2);
        await bothTell(stage, { dan: ['+dan'] }, 2_000);
        for (const peer of cai) await peer.next('presence_diff');
        proxy.refuse();
        proxy.reset();
        await dan.close();
        await one.show('eve', 'tea', 3);
        // Who comes and goes again meanwhile leaves no trace on the other node.
        await (await one.connect('fay')).close();
        await eventually(() => expect(one.changesOf('fay')).toEqual(['+fay', '-fay']), 2_000);
        expect(stage.two.changes).toHaveLength(4);
        proxy.heal();
        await bothTell(stage, { dan: ['+dan', '-dan'], eve: ['+eve'] }, 2_000);
        expect(stage.two.changesOf('fay')).toEqual([]);
        for (const peer of cai) expect(await changesIn(peer)).toEqual(EVE_FOR_DAN);
      },
      { leaseMs: 10_000 },
    ));

  test('whose events one of them does not get, and nobody says so: it tells them all the same', () =>
    play(
      async (stage) => {
        const { one, two, proxy } = stage;
        const dan = await one.connect('dan');
        await eventually(() => expect(two.changesOf('dan')).toEqual(['+dan']), 2_000);
        proxy.blackhole('down');
        await dan.close();
        await one.connect('eve');
        await eventually(() => {
          expect(one.changesOf('dan')).toEqual(['+dan', '-dan']);
          expect(one.changesOf('eve')).toEqual(['+eve']);
        }, 2_000);
        expect(two.changes).toHaveLength(4);
        proxy.heal();
        await bothTell(stage, { dan: ['+dan', '-dan'], eve: ['+eve'] }, 15_000);
      },
      { leaseMs: 10_000 },
    ));

  test('that comes back with an old copy of its data: exact within 15 s, and nothing is told twice', () =>
    play(async (stage) => {
      const { redis, one, two } = stage;
      const dan = await one.connect('dan');
      await eventually(() => expect(two.changesOf('dan')).toEqual(['+dan']), 2_000);
      expect(await sendToRedis(redis.port, 'SAVE')).toBe('+OK');
      await dan.close();
      await two.connect('eve');
      const told = { dan: ['+dan', '-dan'], eve: ['+eve'] };
      await bothTell(stage, told, 2_000);
      await redis.kill();
      await redis.restart();
      const online = ['ann', 'ben', 'cai', 'eve'];
      for (const node of [one, two]) {
        await eventually(async () => expect(await node.online()).toEqual(online), 15_000);
      }
      await bothTell(stage, told, 1_000);
      // And the events that come after it are heard.
      await one.connect('fay');
      await bothTell(stage, { ...told, fay: ['+fay'] }, 2_000);
    }));
});
