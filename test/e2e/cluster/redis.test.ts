import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';
import { describeCluster } from './support/cluster.suite.js';
import { startInProcess } from './support/in-process.js';

describe('with a Redis', () => {
  let redis: RedisServer;
  let clusters = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(() => redis.stop());

  describeCluster('one Redis', async () => {
    const prefix = `cluster-${++clusters}`;
    return { startNode: () => startInProcess(redisEngine({ url: redis.url, prefix })) };
  });
});
