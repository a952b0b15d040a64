import { describe, expect, test } from 'vitest';
import { sendToRedis } from '../../support/resp.js';
import { seconds } from '../support/deployment/figures.js';
import { play, type Stage } from '../support/deployment/play.js';
import { playWithClub } from './support/club.js';
import { NOTHING_MISSED } from './support/verdict.js';

describe('three nodes whose rooms have history', () => {
  test('one of which has a half open connection for subscriptions: it comes later, in order', ({
    task,
  }) =>
    play(task, async (stage) => {
      const { lines, witness, note } = stage;
      const verdict = await playWithClub(stage, {}, async (club) => {
        const excused = witness.excuse(2);
        for (const port of await subscriberPorts(stage)) lines[2].halfOpen('client', port);
        note('numbered within 2 s', seconds(await club.isNumbered(2_000)));
        note('noticed within 10 s', seconds(await witness.isWhole(10_000)));
        excused();
      });
      expect(verdict).toMatchObject(NOTHING_MISSED);
    }));
});

/** Where the nodes' connections for subscriptions come from, as Redis sees it. */
async function subscriberPorts({ redis }: Stage): Promise<number[]> {
  const list = await sendToRedis(redis.port, 'CLIENT', 'LIST', 'TYPE', 'pubsub');
  return [...list.matchAll(/ addr=127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
}
