import { randomBytes } from 'node:crypto';
import { afterEach } from 'vitest';
import { ProblemLog, RedisConnection } from '../../../../lib/redis/connection/index.js';
import { driverFactory } from '../../../../lib/redis/driver/driver.factory.js';
import { RedisHistoryStore } from '../../../../lib/redis/history/redis-history.store.js';

/** One node's way to a store in Redis. */
export interface RedisHistoryView {
  readonly store: RedisHistoryStore;
  readonly connection: RedisConnection;
}

/** Opens views of the store in a Redis; they are closed after the test. */
export function useRedisHistory(): (url: string) => Promise<RedisHistoryView> {
  const connections: RedisConnection[] = [];
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.stop();
  });
  return async (url) => {
    const nodeId = randomBytes(16).toString('base64url');
    const connection = new RedisConnection(
      nodeId,
      'bounce',
      driverFactory({ url }),
      new ProblemLog(),
    );
    connections.push(connection);
    await connection.start();
    return { store: new RedisHistoryStore(connection), connection };
  };
}
