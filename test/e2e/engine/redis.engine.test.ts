import { redisEngine } from 'bounce-ws/redis';
import { createCluster, createSentinel } from 'redis';
import { afterAll, beforeAll, describe } from 'vitest';
import { RedisCluster } from '../../support/redis-cluster.js';
import { RedisSentinels } from '../../support/redis-sentinels.js';
import { RedisServer } from '../../support/redis-server.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { describeEngine } from './support/engine.contract.js';

expectNoUnhandledErrors();

describe('with one Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  describeEngine('on Redis', () => redisEngine({ url: redis.url }));
});

describe('with a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  describeEngine('on a Redis Cluster', () =>
    redisEngine({ client: createCluster({ rootNodes: cluster.nodes }) }),
  );
});

describe('with Sentinels', () => {
  let sentinels: RedisSentinels;
  beforeAll(async () => {
    sentinels = await RedisSentinels.start();
  });
  afterAll(() => sentinels.stop());

  describeEngine('on what Sentinels call the master', () => {
    const { name, nodes } = sentinels;
    return redisEngine({ client: createSentinel({ name, sentinelRootNodes: nodes }) });
  });
});
