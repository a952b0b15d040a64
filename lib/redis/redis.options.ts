import type {
  RedisClientLike,
  RedisClusterLike,
  RedisSentinelLike,
} from './driver/redis-like.interface.js';

/** Where Redis is, and what keeps apps apart that share one. */
export interface RedisSourceOptions {
  /**
   * `redis[s]://[[user][:password]@]host[:port][/database]`.
   *
   * @default 'redis://127.0.0.1:6379'
   */
  readonly url?: string;
  /**
   * Instead of `url`: a client, cluster or sentinel made with node-redis. It is only read from: the engine opens
   * connections of its own with its configuration, and it need not be connected.
   */
  readonly client?: RedisClientLike | RedisClusterLike | RedisSentinelLike;
  /** What all keys and channels begin with: apps that share a Redis need different ones. @default 'bounce' */
  readonly prefix?: string;
}

/** Options of `redisEngine()`. */
export interface RedisEngineOptions extends RedisSourceOptions {
  /**
   * `bazis`: Django and Celery code written for bazis-ws goes on working. What it publishes on `user_ws:common` and
   * `user_ws:<id>` goes to everybody and to that user, as the event `data`, and users connected here have their key
   * `user_ws:<id>:session`, which it takes for being online. Needs the Redis, and the database, that this code uses.
   *
   * @default none
   */
  readonly compat?: 'bazis';
}
