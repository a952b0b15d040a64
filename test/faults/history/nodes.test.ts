import { describe, expect, test } from 'vitest';
import { sendToRedis } from '../../support/resp.js';
import { seconds } from '../support/deployment/figures.js';
import { play } from '../support/deployment/play.js';
import { playWithClub } from './support/club.js';
import { NOTHING_MISSED } from './support/verdict.js';

const HOUR_MS = 3_600_000;

describe.concurrent('three nodes whose rooms have history', () => {
  test('whose connections for subscriptions end, again and again: it comes later, in order', ({
    task,
  }) =>
    play(task, async (stage) => {
      const { redis, witness, note } = stage;
      const verdict = await playWithClub(stage, {}, async (club) => {
        const excused = witness.excuse();
        for (let round = 1; round <= 3; round++) {
          expect(await sendToRedis(redis.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(':3');
          note(`time ${round}, numbered within 2 s`, seconds(await club.isNumbered(2_000)));
          // What is missed may be read over another connection; by then those for subscriptions are back.
          await witness.isWhole(2_000);
        }
        excused();
      });
      expect(verdict).toMatchObject(NOTHING_MISSED);
    }));

  test('whose clocks are wrong by an hour, one either way: nothing is missed, by who comes back neither', ({
    task,
  }) =>
    play(
      task,
      async (stage) => {
        const verdict = await playWithClub(stage, {}, async (club) => {
          for (let home = 0; home < 3; home++) {
            club.drop(home);
            await club.isNumbered(5_000);
          }
        });
        expect(verdict).toMatchObject({ ...NOTHING_MISSED, recoveries: 18 });
      },
      { clockShiftsMs: [0, HOUR_MS, -HOUR_MS] },
    ));
});
