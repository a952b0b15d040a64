import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Crowd } from '../support/deployment/crowd.js';
import { SIZES } from '../support/deployment/sizes.js';
import { play } from '../support/deployment/play.js';
import { isExact, usersOf } from '../support/deployment/presence.js';
import { eventually } from '../support/eventually.js';

/** Between two nodes that are replaced. By then the grace of everybody who was away is over. */
const PACE_MS = 6_000;

describe('three nodes under load', () => {
  test('SIGTERM of all, one after another: 1001 or 1012 for everybody, and nobody seems to go', ({
    task,
  }) =>
    play(task, async ({ entrances, nodes, witness, note }) => {
      const crowd = await Crowd.gather(SIZES.clientsOfARestart, entrances);
      const changes: string[] = [];
      try {
        for (const node of nodes) {
          changes.push(...(await node.changes()));
          await node.stop();
          await node.restart();
          await eventually(() => {
            expect(crowd.present).toBe(crowd.userIds.length);
            expect(witness.talkers.every(({ isThere }) => isThere)).toBe(true);
          }, 10_000);
          await delay(PACE_MS);
        }
        for (const node of nodes) changes.push(...(await node.changes()));
        const users = usersOf(witness, crowd);
        await isExact(nodes, users, crowd, 1_000);
        expect(changes.filter((change) => change.startsWith('-'))).toEqual([]);
        expect(new Set(changes)).toEqual(new Set(users.map((userId) => `+${userId}`)));
        note('nobody who is back within the grace seems to go', 'leaves: 0');
        const codes = [
          ...crowd.endings.map(({ code }) => code),
          ...witness.talkers.flatMap(({ closeCodes }) => closeCodes),
        ];
        expect(codes.length).toBeGreaterThanOrEqual(users.length);
        expect(codes.filter((code) => code !== 1001 && code !== 1012)).toEqual([]);
        note('every client sees 1001 or 1012', `${codes.length} connections ended so`);
      } finally {
        await crowd.leave();
      }
    }));
});
