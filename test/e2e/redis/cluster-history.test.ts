import { createCluster } from 'redis';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { RedisHistoryStore } from '../../../lib/redis/history/redis-history.store.js';
import { RedisCluster } from '../../support/redis-cluster.js';
import { sendToRedis } from '../../support/resp.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { describeHistoryStore } from '../history/support/history-store.contract.js';
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
async function open(): Promise<RedisHistoryStore> {
  const node = new RedisNode({ client: createCluster({ rootNodes: cluster.nodes }) });
  nodes.push(node);
  await node.start();
  return new RedisHistoryStore(node.connection);
}

describeHistoryStore('RedisHistoryStore on a Redis Cluster', async () => {
  await Promise.all(cluster.masters.map(({ port }) => sendToRedis(port, 'FLUSHALL')));
  return { open };
});
