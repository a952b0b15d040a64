export {
  type ChannelListener,
  type LeaseRenewal,
  NodeLease,
  RedisConnection,
  RedisScript,
  RedisSubscriber,
  RedisUnavailableError,
} from './connection/index.js';
export { driverFactory } from './driver/driver.factory.js';
export type {
  RedisClientLike,
  RedisClusterLike,
  RedisSentinelLike,
} from './driver/redis-like.interface.js';
export type { RedisSourceOptions } from './redis.options.js';
