import { randomBytes } from 'node:crypto';
import { afterEach } from 'vitest';
import {
  ProblemLog,
  RedisConnection,
  RedisSubscriber,
} from '../../../../lib/redis/connection/index.js';
import { driverFactory } from '../../../../lib/redis/driver/driver.factory.js';
import { RedisPresenceStore } from '../../../../lib/redis/presence/redis-presence.store.js';

/** One node's way to a store in Redis. */
export interface RedisView {
  readonly store: RedisPresenceStore;
  readonly connection: RedisConnection;
}

/** Opens views of the store in a Redis; they are closed after the test. */
export function useRedisViews(): (url: string) => Promise<RedisView> {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  return async (url) => {
    const log = new ProblemLog();
    const driver = driverFactory({ url });
    const connection = new RedisConnection(
      randomBytes(16).toString('base64url'),
      'bounce',
      driver,
      log,
    );
    const subscriber = new RedisSubscriber(driver, log);
    const store = new RedisPresenceStore(connection, subscriber);
    void store.listen();
    await Promise.all([connection.start(), subscriber.start()]);
    stops.push(() => {
      connection.stop();
      subscriber.stop();
    });
    return { store, connection };
  };
}
