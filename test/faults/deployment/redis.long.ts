import { setTimeout as delay } from 'node:timers/promises';
import { RedisPublisher } from 'bounce-ws/redis';
import { describe, expect, test } from 'vitest';
import { sendToRedis } from '../../support/resp.js';
import { Crowd } from '../support/deployment/crowd.js';
import { seconds } from '../support/deployment/figures.js';
import type { NodeProcess } from '../support/deployment/node-process.js';
import { play } from '../support/deployment/play.js';
import { expectNobodySeemedToGo, isExact, usersOf } from '../support/deployment/presence.js';
import { eventually } from '../support/eventually.js';

const GUESTS = 30;
const FROZEN_MS = 20_000;
const CUT_OFF_MS = 60_000;

describe.concurrent('three nodes and a Redis', () => {
  test('that is frozen: not ready within 10 s, publishing fails within 2 s, converged 10 s after', ({
    task,
  }) =>
    play(task, async ({ redis, nodes, entrances, witness, note }) => {
      const crowd = await Crowd.gather(GUESTS, entrances);
      const users = usersOf(witness, crowd);
      const publisher = new RedisPublisher({ url: redis.url });
      try {
        await publisher.toAll().emit('hello');
        const excused = witness.excuse();
        redis.freeze();
        const frozenAt = performance.now();
        await expect(publisher.toAll().emit('lost')).rejects.toMatchObject({ code: 'unavailable' });
        const refusedMs = performance.now() - frozenAt;
        // The deadline itself, and a turn of the event loop to notice it.
        expect(refusedMs).toBeLessThan(2_200);
        note('publishing fails within 2 s', seconds(refusedMs));
        for (const node of nodes) {
          await eventually(
            async () => expect((await node.health()).ready).toBe(false),
            10_000 - (performance.now() - frozenAt),
          );
        }
        note('no node ready within 10 s', seconds(performance.now() - frozenAt));
        await delay(FROZEN_MS - (performance.now() - frozenAt));
        redis.thaw();
        const thawedAt = performance.now();
        await witness.isWhole(10_000);
        excused();
        await isExact(nodes, users, crowd, 10_000 - (performance.now() - thawedAt));
        await areReady(nodes, 10_000 - (performance.now() - thawedAt));
        note('converged 10 s after', seconds(performance.now() - thawedAt));
        await expectNobodySeemedToGo(nodes, users);
      } finally {
        await crowd.leave();
        redis.thaw();
        await publisher.close();
      }
    }));

  test('that one of them is cut off from: its users leave within 20 s, and come back once', ({
    task,
  }) =>
    play(task, async ({ lines, nodes, entrances, witness, note }) => {
      const guests = await Crowd.gather(GUESTS, [entrances[0], entrances[1]]);
      const cutOff = await Crowd.gather(GUESTS, [entrances[2]], { name: 'cut-off' });
      const others = [nodes[0], nodes[1]];
      const users = usersOf(witness, guests, cutOff);
      const gone = [...cutOff.userIds, ...witness.at(2).map(({ userId }) => userId)];
      try {
        // What was not told before the fault is told after it.
        await isExact(nodes, users, cutOff, 5_000);
        const excused = witness.excuse(2);
        lines[2].blackhole();
        const cutAt = performance.now();
        const here = users.filter((userId) => !gone.includes(userId));
        await isExact(others, here, guests, 20_000);
        note('the others drop its users within 20 s', seconds(performance.now() - cutAt));
        await delay(CUT_OFF_MS - (performance.now() - cutAt));
        lines[2].heal();
        const healedAt = performance.now();
        await witness.isWhole(15_000);
        excused();
        await isExact(nodes, users, cutOff, 15_000);
        note('one again', seconds(performance.now() - healedAt));
        const expected = [
          ...users.map((userId) => `+${userId}`),
          ...gone.flatMap((userId) => [`-${userId}`, `+${userId}`]),
        ].toSorted();
        for (const node of others) {
          await eventually(
            async () => expect((await node.changes()).toSorted()).toEqual(expected),
            5_000,
          );
        }
        note('one leave and one join for each of its users', `${gone.length} and ${gone.length}`);
      } finally {
        await guests.leave();
        await cutOff.leave();
      }
    }));

  test('that ends their connections for subscriptions: back within 2 s, and the gap is told', ({
    task,
  }) =>
    play(task, async ({ redis, nodes, witness, note }) => {
      const excused = witness.excuse();
      expect(await sendToRedis(redis.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(':3');
      note('back within 2 s', seconds(await witness.isWhole(2_000)));
      excused();
      note('the gap signalled', `${(await gapsOf(nodes)).join(', ')} gaps`);
    }));

  test('behind a network that forgot one of them: back within 10 s, and the gap is told', ({
    task,
  }) =>
    play(task, async ({ lines, nodes, witness, note }) => {
      const excused = witness.excuse(2);
      lines[2].halfOpen('client');
      note('back within 10 s', seconds(await witness.isWhole(10_000)));
      excused();
      note('the gap signalled', `${(await gapsOf([nodes[2]])).join()} gaps`);
    }));
});

async function areReady(nodes: readonly NodeProcess[], withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (const node of nodes) {
    await eventually(
      async () => expect((await node.health()).ready).toBe(true),
      deadline - performance.now(),
    );
  }
}

/** How many gaps each node has noticed; expects at least one. */
async function gapsOf(nodes: readonly NodeProcess[]): Promise<number[]> {
  const counts: number[] = [];
  for (const node of nodes) {
    const { gaps = 0 } = (await node.health()).counters;
    expect(gaps).toBeGreaterThan(0);
    counts.push(gaps);
  }
  return counts;
}
