import { createCluster } from 'redis';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { RedisPresenceStore } from '../../../lib/redis/presence/redis-presence.store.js';
import { RedisCluster } from '../../support/redis-cluster.js';
import { sendToRedis } from '../../support/resp.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { describePresenceStore } from '../presence/support/presence-store.contract.js';
import { RedisNode } from './support/redis-node.js';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
});
afterAll(() => cluster.stop());
expectNoUnhandledErrors();

const nodes: RedisNode[] = [];
afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())));

/** One node's view of the store. */
async function open(): Promise<RedisPresenceStore> {
  const node = new RedisNode({ client: createCluster({ rootNodes: cluster.nodes }) });
  nodes.push(node);
  const store = new RedisPresenceStore(node.connection, node.subscriber);
  void store.listen();
  await node.start();
  return store;
}

describePresenceStore('RedisPresenceStore on a Redis Cluster', async () => {
  await Promise.all(cluster.masters.map(({ port }) => sendToRedis(port, 'FLUSHALL')));
  return { open };
});
