import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { sendToRedis } from '../../support/resp.js';
import { Crowd } from '../support/deployment/crowd.js';
import { seconds } from '../support/deployment/figures.js';
import { play, type Stage } from '../support/deployment/play.js';
import {
  expectEverybodyCameBack,
  expectNobodySeemedToGo,
  isExact,
  usersOf,
} from '../support/deployment/presence.js';
import { eventually } from '../support/eventually.js';

const GUESTS = 30;
/** A lease that is not renewed ends, and a connection that was refused is tried again, within that time. */
const NOTICED_MS = 12_000;
const HEALED_MS = 15_000;
/** Of three nodes with two connections each, in three seconds, when the first six are over. */
const MOST_ATTEMPTS = 12;

describe.concurrent('three nodes and a Redis', () => {
  test('that forgets everything: messages go on, and nobody seems to go', ({ task }) =>
    playWithGuests(task, async ({ redis, deployment, nodes, note }, isWell, users) => {
      const keys = await deployment.redisKeys();
      expect(await sendToRedis(redis.port, 'FLUSHALL')).toBe('+OK');
      const startedAt = performance.now();
      await isWell();
      await eventually(
        async () => expect(await deployment.redisKeys()).toEqual(keys),
        HEALED_MS - (performance.now() - startedAt),
      );
      await expectNobodySeemedToGo(nodes, users);
      note('told everything anew, no crash', seconds(performance.now() - startedAt));
      expect((await nodes[0].health()).counters['gaps']).toBeUndefined();
    }));

  test('that is out of memory: messages go on, and it is well again when there is some', ({
    task,
  }) =>
    playWithGuests(task, async (stage, isWell, users) => {
      const { redis, nodes, note } = stage;
      expect(await sendToRedis(redis.port, 'CONFIG', 'SET', 'maxmemory', '1')).toBe('+OK');
      await areNotReady(stage);
      expect(await sendToRedis(redis.port, 'CONFIG', 'SET', 'maxmemory', '0')).toBe('+OK');
      note('no crash, well again', seconds(await isWell()));
      await expectNobodySeemedToGo(nodes, users);
    }));

  test('that became a replica: retries back off, and it is well again when it is a master', ({
    task,
  }) =>
    playWithGuests(task, async (stage, isWell) => {
      const { redis, witness, note } = stage;
      const excused = witness.excuse();
      expect(await sendToRedis(redis.port, 'REPLICAOF', '127.0.0.1', '1')).toBe('+OK');
      await areNotReady(stage);
      await retriesBackOff(stage);
      expect(await sendToRedis(redis.port, 'REPLICAOF', 'NO', 'ONE')).toBe('+OK');
      await witness.isWhole(HEALED_MS);
      excused();
      note('no crash, no wrong replay, well again', seconds(await isWell()));
    }));

  test('that has another password: retries back off, and it is well again with the old one', ({
    task,
  }) =>
    playWithGuests(task, async (stage, isWell) => {
      const { redis, witness, note } = stage;
      const excused = witness.excuse();
      const admin = createClient({ url: redis.url.replace('//', '//:another-one@') });
      expect(await sendToRedis(redis.port, 'CONFIG', 'SET', 'requirepass', 'another-one')).toBe(
        '+OK',
      );
      await admin.connect();
      try {
        for (const type of ['normal', 'pubsub']) {
          await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', type]);
        }
        await areNotReady(stage);
        await retriesBackOff(stage);
        await admin.sendCommand(['CONFIG', 'SET', 'requirepass', '']);
      } finally {
        admin.destroy();
      }
      await witness.isWhole(HEALED_MS);
      excused();
      note('no crash, no wrong replay, well again', seconds(await isWell()));
    }));
});

/** Runs a play with guests on all nodes; it is told how to see that all is well. */
function playWithGuests(
  task: Parameters<typeof play>[0],
  act: (stage: Stage, isWell: () => Promise<number>, users: readonly string[]) => Promise<void>,
): Promise<void> {
  return play(task, async (stage) => {
    const { nodes, entrances, witness } = stage;
    const crowd = await Crowd.gather(GUESTS, entrances);
    const users = usersOf(witness, crowd);
    try {
      const isWell = async (): Promise<number> => {
        const startedAt = performance.now();
        await isExact(nodes, users, crowd, HEALED_MS);
        for (const node of nodes) {
          await eventually(
            async () => expect((await node.health()).ready).toBe(true),
            HEALED_MS - (performance.now() - startedAt),
          );
        }
        await expectEverybodyCameBack(nodes, users);
        return performance.now() - startedAt;
      };
      await act(stage, isWell, users);
    } finally {
      await crowd.leave();
    }
  });
}

async function areNotReady({ nodes, note }: Stage): Promise<void> {
  const startedAt = performance.now();
  for (const node of nodes) {
    await eventually(
      async () => expect((await node.health()).ready).toBe(false),
      NOTICED_MS - (performance.now() - startedAt),
    );
  }
  note('no node ready', seconds(performance.now() - startedAt));
}

async function retriesBackOff({ lines, note }: Stage): Promise<void> {
  const attempts = (): number => lines.reduce((sum, { accepted }) => sum + accepted, 0);
  await delay(6_000);
  const before = attempts();
  await delay(3_000);
  expect(attempts() - before).toBeLessThan(MOST_ATTEMPTS);
  note('retries back off', `${attempts() - before} attempts of three nodes in 3 s`);
}
