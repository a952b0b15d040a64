export { RedisInterestDirectory } from './redis-interest.directory.js';
export { RedisRoomDirectory } from './redis-room.directory.js';
export { RedisLeases } from './redis.leases.js';
