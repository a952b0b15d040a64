import { describe, expect, test } from 'vitest';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { Crowd } from '../support/deployment/crowd.js';
import { CrowdProcess } from '../support/deployment/crowd-process.js';
import { seconds } from '../support/deployment/figures.js';
import { SIZES } from '../support/deployment/sizes.js';
import { play } from '../support/deployment/play.js';
import { isExact, usersOf } from '../support/deployment/presence.js';
import { eventually } from '../support/eventually.js';

/** How long a user stays online after the last connection. */
const GRACE_MS = 5_000;
const TALKERS_PER_NODE = 2;

describe('three nodes and clients', () => {
  test('one of which is half open: gone within 36 s, and offline 1 s after the grace', ({ task }) =>
    play(task, async ({ nodes, witness, note }) => {
      const line = await TcpProxy.listen(nodes[0].port);
      const vanished = await Crowd.gather(1, [line], { name: 'vanished', comesBack: false });
      try {
        line.halfOpen('server');
        const cutAt = performance.now();
        await eventually(async () => {
          expect((await nodes[0].health()).connections).toBe(TALKERS_PER_NODE);
        }, 36_000);
        note('gone within 36 s', seconds(performance.now() - cutAt));
        const goneAt = performance.now();
        for (const node of nodes) {
          await eventually(
            async () => expect((await node.online()).toSorted()).toEqual(usersOf(witness)),
            GRACE_MS + 1_000 - (performance.now() - goneAt),
          );
        }
        note('offline 1 s after the grace of 5 s', seconds(performance.now() - goneAt));
      } finally {
        await vanished.leave();
        await line.close();
      }
    }));

  test('all of which are dropped at once: back within 15 s, not half of them in one second', ({
    task,
  }) =>
    play(task, async ({ nodes, witness, note }) => {
      const count = SIZES.droppedClients;
      const crowd = await CrowdProcess.gather(
        count,
        nodes.map(({ port }) => port),
      );
      try {
        const droppedAt = performance.now();
        await crowd.drop();
        await eventually(
          async () => expect((await crowd.report()).returns).toHaveLength(count),
          15_000,
        );
        note(
          `all ${count} back within 15 s`,
          `${count} after ${seconds(performance.now() - droppedAt)}`,
        );
        const company = await crowd.report();
        const busiest = inBusiestSecond(company.returns);
        expect(busiest).toBeLessThanOrEqual(count / 2);
        note('no second holds more than half of them', `the busiest ${busiest}`);
        await isExact(nodes, usersOf(witness, company), company, 5_000);
      } finally {
        await crowd.leave();
      }
    }));
});

/** How many of these moments are within one second, wherever that begins. */
function inBusiestSecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  const counts = sorted.map((start, index) => {
    const end = sorted.findIndex((moment) => moment > start + 1_000);
    return (end < 0 ? sorted.length : end) - index;
  });
  return Math.max(...counts);
}
