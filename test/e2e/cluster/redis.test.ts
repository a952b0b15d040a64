import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { expectNothingLeft, keysLeft } from '../../support/leftovers.js';
import { RedisServer } from '../../support/redis-server.js';
import { describeCluster } from './support/cluster.suite.js';
import { startInProcess } from './support/in-process.js';

expectNothingLeft();

describe('with a Redis', () => {
  let redis: RedisServer;
  let clusters = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(async () => {
    expect(await keysLeft(redis)).toEqual([]);
    await redis.stop();
  });

  describeCluster('one Redis', async () => {
    const prefix = `cluster-${++clusters}`;
    return { startNode: () => startInProcess(redisEngine({ url: redis.url, prefix })) };
  });
});
