import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sendToRedis } from '../../support/resp.js';
import { seconds, type Task } from '../support/deployment/figures.js';
import { play, type Stage } from '../support/deployment/play.js';
import { eventually } from '../support/eventually.js';
import { playWithClub } from './support/club.js';

const REFUSES_MS = 3_000;
/** Two seconds for the connections, and ten until the logs are compared. */
const HEALED_MS = 12_000;
/** Each node may have said something that the others did not hear, and that no log has. */
const MOST_WARNINGS = 3;

describe.concurrent('three nodes whose rooms have history, and a Redis', () => {
  const refuses = (task: Task, begin: readonly string[], end: readonly string[]): Promise<void> =>
    play(task, async (stage) => {
      const { redis, witness, note } = stage;
      const verdict = await playWithClub(stage, {}, async (club) => {
        const excused = witness.excuse();
        expect(await sendToRedis(redis.port, ...begin)).toBe('+OK');
        await delay(REFUSES_MS);
        expect(await sendToRedis(redis.port, ...end)).toBe('+OK');
        const startedAt = performance.now();
        await club.isNumbered(HEALED_MS);
        note('in one order again within 12 s', seconds(performance.now() - startedAt));
        await witness.isWhole(HEALED_MS);
        excused();
        await areReady(stage);
      });
      expect(verdict.warnings).toBeLessThanOrEqual(MOST_WARNINGS);
    });

  test('that is out of memory: nothing is missed in silence', ({ task }) =>
    refuses(task, ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']));

  test('that became a replica: nothing is missed in silence', ({ task }) =>
    refuses(task, ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']));
});

async function areReady({ nodes }: Stage): Promise<void> {
  for (const node of nodes) {
    await eventually(async () => expect((await node.health()).ready).toBe(true), HEALED_MS);
  }
}
