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
  readonly close: () => void;
}

/** Opens views of the store in a Redis; they are closed after the test. */
export function useRedisViews(): (url: string) => Promise<RedisView> {
  const views: RedisView[] = [];
  afterEach(() => {
    for (const view of views.splice(0)) view.close();
  });
  return async (url) => {
    const view = await openRedisView(url);
    views.push(view);
    return view;
  };
}

/** Opens a view of the store in a Redis. */
export async function openRedisView(url: string, prefix = 'bounce'): Promise<RedisView> {
  const log = new ProblemLog();
  const driver = driverFactory({ url });
  const nodeId = randomBytes(16).toString('base64url');
  const connection = new RedisConnection(nodeId, prefix, driver, log);
  const subscriber = new RedisSubscriber(driver, log);
  const store = new RedisPresenceStore(connection, subscriber);
  void store.listen();
  await Promise.all([connection.start(), subscriber.start()]);
  const close = (): void => {
    connection.stop();
    subscriber.stop();
  };
  return { store, connection, close };
}
