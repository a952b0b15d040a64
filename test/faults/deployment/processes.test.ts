import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Crowd } from '../support/deployment/crowd.js';
import { megabytes, seconds } from '../support/deployment/figures.js';
import { SIZES } from '../support/deployment/sizes.js';
import type { NodeProcess } from '../support/deployment/node-process.js';
import { play } from '../support/deployment/play.js';
import { expectNobodySeemedToGo, isExact, usersOf } from '../support/deployment/presence.js';
import { eventually } from '../support/eventually.js';

const GUESTS = 30;
const MOST_MEMORY_BYTES = 50 * 1_048_576;

describe('three nodes under load', () => {
  test('SIGKILL of one: its clients are back within 10 s, nobody is a ghost at 20 s', ({ task }) =>
    play(task, async ({ entrances, nodes, witness, note }) => {
      const crowd = await Crowd.gather(SIZES.clientsOfAKill, entrances);
      // These do not come back, and so could stay as ghosts.
      const lost = await Crowd.gather(10, [entrances[2]], { name: 'lost', comesBack: false });
      const survivors = [nodes[0], nodes[1]];
      try {
        // What was not told before its end is never told.
        await isExact(nodes, usersOf(witness, crowd, lost), crowd, 5_000);
        await nodes[2].kill();
        const killedAt = performance.now();
        const dropped = Math.floor(crowd.userIds.length / 3);
        await eventually(() => {
          expect(crowd.endings.length).toBeGreaterThanOrEqual(dropped);
          expect(crowd.returns.length).toBeGreaterThanOrEqual(crowd.endings.length * 0.99);
        }, 10_000);
        note(
          `99 % of ${dropped} clients back within 10 s`,
          `${crowd.returns.length} of ${crowd.endings.length} after ${seconds(performance.now() - killedAt)}`,
        );
        const users = usersOf(witness, crowd);
        await isExact(survivors, users, crowd, 20_000 - (performance.now() - killedAt));
        note(
          'no ghosts at 20 s',
          `${users.length} users online and as many connected at ${seconds(performance.now() - killedAt)}`,
        );
        for (const node of survivors) {
          const leaves = (await node.changes()).filter((change) => change.startsWith('-'));
          expect(leaves.toSorted()).toEqual(lost.userIds.map((userId) => `-${userId}`).toSorted());
        }
        note('one leave for each that is gone, none for those that came back', 'so');
        await nodes[2].restart();
      } finally {
        await crowd.leave();
      }
    }));

  test('SIGKILL of Redis, back after 3 s: one again within 2 s, presence exact within 15 s', ({
    task,
  }) =>
    play(task, async ({ redis, nodes, entrances, witness, note }) => {
      const crowd = await Crowd.gather(GUESTS, entrances);
      const users = usersOf(witness, crowd);
      try {
        const before = await memoryOf(nodes);
        const excused = witness.excuse();
        await redis.kill();
        await delay(3_000);
        await redis.restart();
        const backAt = performance.now();
        note('cross-node again within 2 s', seconds(await witness.isWhole(2_000)));
        excused();
        await isExact(nodes, users, crowd, 15_000 - (performance.now() - backAt));
        note('presence exact within 15 s', seconds(performance.now() - backAt));
        await expectNobodySeemedToGo(nodes, users);
        const growth = (await memoryOf(nodes)).map((bytes, index) => bytes - before[index]!);
        for (const bytes of growth) expect(bytes).toBeLessThanOrEqual(MOST_MEMORY_BYTES);
        note('at most 50 MB more memory', growth.map(megabytes).join(', '));
      } finally {
        await crowd.leave();
      }
    }));
});

function memoryOf(nodes: readonly NodeProcess[]): Promise<number[]> {
  return Promise.all(nodes.map(async (node) => (await node.health()).rssBytes));
}
