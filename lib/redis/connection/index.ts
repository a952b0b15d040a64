export { type LeaseRenewal, NodeLease } from './node-lease.js';
export { ProblemLog } from './problem-log.js';
export { RedisConnection } from './redis-connection.js';
export { RedisScript } from './redis-script.js';
export { type ChannelListener, RedisSubscriber } from './redis-subscriber.js';
export { RedisUnavailableError } from './redis-unavailable.error.js';
