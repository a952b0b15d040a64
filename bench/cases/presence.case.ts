import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { RedisServer } from '../../test/support/redis-server.js';
import type { BenchCase } from './bench-case.interface.js';

const FEW = 100;
const MANY = 5_000;
/** Until everybody who connected has been announced. */
const SETTLE_MS = 2_000;
/** Several renewals of a lease, which come every 5 s. */
const WATCH_MS = 20_000;

/** What it costs Redis that users stay online. */
export const PRESENCE_CASE: BenchCase = {
  name: 'presence-redis',
  title: `commands that Redis handles a second while ${FEW} and then ${MANY} users stay online on one node`,
  contestants: ['bounce-ws'],
  figures: [
    {
      kind: 'plain',
      name: 'presence-redis',
      unit: `commands/s, ${MANY} users`,
      metric: 'redisPerSecond',
      goal: 'less',
    },
    {
      kind: 'plain',
      name: 'presence-redis-growth',
      unit: `times those of ${FEW} users`,
      metric: 'redisGrowth',
      goal: 'less',
    },
  ],
  run: async (stage) => {
    const redis = await RedisServer.start();
    const client = createClient({ url: redis.url });
    try {
      await client.connect();
      const server = stage.startServer('presence', { redisUrl: redis.url });
      const target = { ...(await stage.targetOf(server)), path: '/?user={n}' };
      const load = stage.startLoad();
      const handled = async (): Promise<number> =>
        Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))![1]);
      const perSecondWith = async (connections: number): Promise<number> => {
        await load.call('connect', { ...target, connections });
        await wait(SETTLE_MS);
        const before = await handled();
        await wait(WATCH_MS);
        // The question itself is one of them.
        return ((await handled()) - before - 1) / (WATCH_MS / 1_000);
      };
      const few = await perSecondWith(FEW);
      const many = await perSecondWith(MANY - FEW);
      return { redisPerSecond: many, redisGrowth: many / few };
    } finally {
      client.destroy();
      await stage.strike();
      await redis.stop();
    }
  },
};
