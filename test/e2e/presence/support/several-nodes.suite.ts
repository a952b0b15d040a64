import { setTimeout as wait } from 'node:timers/promises';
import { ConnectionRegistry, type Engine } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { expectNoUnhandledErrors } from '../../../support/unhandled.js';
import { LONG_GRACE_MS, type PresenceNodeUnderTest, useNodes } from './nodes.js';

/**
 * What presence is on several nodes, whatever engine connects them.
 *
 * @param cluster - called once a test: makes the engines of its nodes
 */
export function describePresenceOnNodes(engines: string, cluster: () => () => Engine): void {
  const start = useNodes();
  expectNoUnhandledErrors();

  async function startTwo(
    graceMs?: number,
  ): Promise<[PresenceNodeUnderTest, PresenceNodeUnderTest]> {
    const engine = cluster();
    const presence = graceMs === undefined ? {} : { graceMs };
    return [
      await start({ engine: engine(), presence }),
      await start({ engine: engine(), presence }),
    ];
  }

  describe(`Presence on several nodes of ${engines}`, () => {
    it('is of all of them', async () => {
      const [one, two] = await startTwo();
      await (await one.connect('ann')).barrier();
      await (await two.connect('ben')).barrier();
      expect(await two.presence.isOnline('ann')).toBe(true);
      expect(await one.presence.count()).toBe(2);
      await expect.poll(() => one.changes.toSorted()).toEqual(['+ann', '+ben']);
      await expect.poll(() => two.changes.toSorted()).toEqual(['+ann', '+ben']);
    });

    it('says nothing of a user who comes back on another node within the grace', async () => {
      const [one, two] = await startTwo(LONG_GRACE_MS);
      const before = await one.connect('ann');
      await before.barrier();
      await before.close();
      await (await two.connect('ann')).barrier();
      await wait(LONG_GRACE_MS + 100);
      expect(one.changes).toEqual(['+ann']);
      expect(two.changes).toEqual(['+ann']);
    });

    it('gives the users of a node that closes the grace to come back elsewhere', async () => {
      const [one, two] = await startTwo(LONG_GRACE_MS);
      for (const name of ['ann', 'ben']) await (await one.connect(name)).barrier();
      expect(await one.presence.isOnline('ben')).toBe(true);
      const leftAt = performance.now();
      await one.app.close();
      const closedAt = performance.now();
      await (await two.connect('ann')).barrier();
      await expect.poll(() => two.presence.isOnline('ben'), { interval: 10 }).toBe(false);
      const goneAt = performance.now();
      expect(goneAt - leftAt).toBeGreaterThanOrEqual(LONG_GRACE_MS - 5);
      expect(goneAt - closedAt).toBeLessThan(LONG_GRACE_MS + 1_000);
      await expect.poll(() => two.changes).toEqual(['+ann', '+ben', '-ben']);
    });

    it('tells who came in the very moment in which their node closes, and then that they went', async () => {
      const [one, two] = await startTwo();
      const told: string[] = [];
      one.app.get(ConnectionRegistry).identified$.subscribe(({ userId }) => {
        told.push(`+${userId}`, `-${userId}`);
      });
      const names = Array.from({ length: 30 }, (_, index) => `user-${index}`);
      await Promise.all(names.map((name) => one.connect(name)));
      await one.app.close();
      expect(told.length).toBeGreaterThan(0);
      await expect.poll(() => two.changes.toSorted()).toEqual(told.toSorted());
      for (const name of names) {
        expect(['', `+${name}-${name}`]).toContain(
          two.changes.filter((change) => change.slice(1) === name).join(''),
        );
      }
    });

    it('tells nothing of who is online already when a node starts, until they leave', async () => {
      const engine = cluster();
      const one = await start({ engine: engine() });
      const ann = await one.connect('ann');
      await ann.barrier();
      expect(await one.presence.isOnline('ann')).toBe(true);
      const two = await start({ engine: engine() });
      const ben = await two.connect('ben');
      await ben.barrier();
      await expect.poll(() => two.changes).toEqual(['+ben']);
      await ann.close();
      await expect.poll(() => two.changes).toEqual(['+ben', '-ann']);
    });
  });
}
