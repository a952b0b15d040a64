import { setTimeout as delay } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { play } from '../support/deployment/play.js';
import { AWAY_MS, isAway } from './support/is-away.js';
import { isKilled } from './support/is-killed.js';

describe.concurrent('three nodes whose rooms have history, and a Redis', () => {
  test('that is killed, and back with its data after 3 s: nothing is missed in silence', ({
    task,
  }) => isKilled(task, { settings: { appendonly: 'yes' } }));

  test('whose replica takes over without what was said last: nothing is missed in silence', ({
    task,
  }) =>
    play(
      task,
      async (stage) => {
        await isAway(stage, async ({ deployment }) => {
          await deployment.splitReplica();
          await delay(AWAY_MS);
          await deployment.failOver();
        });
      },
      { hasReplica: true },
    ));
});
