import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentOptions } from '../../support/deployment/deployment.js';
import type { Task } from '../../support/deployment/figures.js';
import { play } from '../../support/deployment/play.js';
import { AWAY_MS, isAway } from './is-away.js';

/** Redis is killed while members talk, and some of them come back while nobody can say what they have missed. */
export function isKilled(task: Task, options: DeploymentOptions): Promise<void> {
  return play(
    task,
    async (stage) => {
      await isAway(stage, async ({ redis }, club) => {
        await redis.kill();
        club.drop(1);
        await delay(AWAY_MS);
        await redis.restart();
      });
    },
    options,
  );
}
