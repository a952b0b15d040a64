export { RedisBackplane } from './redis.backplane.js';
export type { Rejection } from './rejection.js';
