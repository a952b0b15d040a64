export { RedisBackplane } from './redis.backplane.js';
