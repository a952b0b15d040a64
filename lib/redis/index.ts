export { RedisUnavailableError } from './connection/index.js';
export type {
  RedisClientLike,
  RedisClusterLike,
  RedisMasterLike,
  RedisSentinelLike,
} from './driver/redis-like.interface.js';
export {
  PublisherTarget,
  type PublishExceptions,
  type PublishOptions,
  RedisPublisher,
} from './publisher/index.js';
export { redisEngine } from './redis.engine.js';
export type { RedisEngineOptions, RedisSourceOptions } from './redis.options.js';
