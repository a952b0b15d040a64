import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { describeEngine } from './support/engine.contract.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());
expectNoUnhandledErrors();

describeEngine('on Redis', () => redisEngine({ url: redis.url }));
