import { MemoryBus, memoryEngine } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';
import { describePresenceOnNodes } from './support/several-nodes.suite.js';

describePresenceOnNodes('one bus in memory', () => {
  const bus = new MemoryBus();
  return () => memoryEngine({ bus });
});

describe('with a Redis', () => {
  let redis: RedisServer;
  let clusters = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(() => redis.stop());

  describePresenceOnNodes('one Redis', () => {
    const prefix = `cluster-${++clusters}`;
    return () => redisEngine({ url: redis.url, prefix });
  });
});
