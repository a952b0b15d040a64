import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { expectNothingLeft, keysLeft } from '../../support/leftovers.js';
import { RedisServer } from '../../support/redis-server.js';
import { startInProcess } from '../cluster/support/in-process.js';
import { describeHistory, SIZE } from './support/history.suite.js';

expectNothingLeft();

describe('with a Redis', () => {
  let redis: RedisServer;
  let clusters = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(async () => {
    const keys = await keysLeft(redis);
    // The logs stay for those who come back, and go by themselves.
    expect(keys.filter((key) => !key.includes('{history:'))).toEqual([]);
    await redis.stop();
  });

  describeHistory('one Redis', async () => {
    const prefix = `history-${++clusters}`;
    const options = { history: { size: SIZE } };
    return { startNode: () => startInProcess(redisEngine({ url: redis.url, prefix }), options) };
  });
});
