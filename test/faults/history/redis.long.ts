import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sendToRedis } from '../../support/resp.js';
import { play } from '../support/deployment/play.js';
import { SIZES } from '../support/deployment/sizes.js';
import { isAway } from './support/is-away.js';
import { isKilled } from './support/is-killed.js';

/** What Redis does not answer within two seconds goes out without it. */
const REFUSED_MS = 2_500;

describe('three nodes whose rooms have history, and a Redis', () => {
  test('that is killed, and back and empty after 3 s: nothing is missed in silence', ({ task }) =>
    isKilled(task, {}));

  test('that forgets everything: nothing is missed in silence, and everybody is told once', ({
    task,
  }) =>
    play(task, async (stage) => {
      const verdict = await isAway(stage, async ({ redis }) => {
        expect(await sendToRedis(redis.port, 'FLUSHALL')).toBe('+OK');
      });
      expect(verdict.warnings).toBe(1);
    }));

  test('that is frozen: nothing is missed in silence', ({ task }) =>
    play(task, async (stage) => {
      const { slowestOnNodeMs } = await isAway(stage, async ({ redis }) => {
        redis.freeze();
        await delay(SIZES.frozenMs);
        redis.thaw();
      });
      expect(slowestOnNodeMs).toBeLessThan(REFUSED_MS);
    }));
});
