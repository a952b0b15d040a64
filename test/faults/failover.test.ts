import { setTimeout as delay } from 'node:timers/promises';
import { redisEngine } from 'bounce-ws/redis';
import { createCluster, createSentinel } from 'redis';
import { describe, expect, test } from 'vitest';
import { RedisCluster } from '../support/redis-cluster.js';
import { RedisSentinels } from '../support/redis-sentinels.js';
import { sendToRedis } from '../support/resp.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { eventually } from './support/eventually.js';
import { Pair } from './support/pair.js';

expectNoUnhandledErrors();

/** How long a master is frozen: by then each connection has noticed, which is asked every 5 s and waits 2 s for answers. */
const FROZEN_MS = 12_000;

/** Runs a play with two nodes; the parts are stopped whatever becomes of it. */
async function play(
  redis: { stop(): Promise<void> },
  pair: Promise<Pair>,
  act: (pair: Pair) => Promise<void>,
): Promise<void> {
  try {
    const started = await pair;
    try {
      await started.converges(6_000);
      await act(started);
      started.expectOrder();
    } finally {
      await started.stop();
    }
  } finally {
    await redis.stop();
  }
}

const isMaster = async (port: number): Promise<boolean> =>
  (await sendToRedis(port, 'ROLE')).includes('master');

/** Neither node is ready, and says why. */
async function isNoticed({ sender, receiver }: Pair): Promise<void> {
  const all = [sender, receiver];
  await eventually(() => {
    expect(all.map(({ health }) => health.isReady)).toEqual([false, false]);
  }, 2_000);
  for (const { health } of all) expect(health.reason).toContain('Redis cannot be reached');
}

async function startOnSentinels(): Promise<[RedisSentinels, Promise<Pair>]> {
  const sentinels = await RedisSentinels.start();
  const { name, nodes } = sentinels;
  const create = () => redisEngine({ client: createSentinel({ name, sentinelRootNodes: nodes }) });
  return [sentinels, Pair.of(create(), create())];
}

async function startOnCluster(): Promise<[RedisCluster, Promise<Pair>]> {
  const cluster = await RedisCluster.start({ hasReplica: true });
  const create = () => redisEngine({ client: createCluster({ rootNodes: cluster.nodes }) });
  return [cluster, Pair.of(create(), create())];
}

describe.concurrent('two nodes', () => {
  test('on Sentinels, of which one and then the master are killed: back on the new master, and the gap is told', async () => {
    const [sentinels, pair] = await startOnSentinels();
    await play(sentinels, pair, async (both) => {
      await sentinels.sentinels[0]!.kill();
      await both.arrives(1_000);
      expect(both.gaps).toEqual([]);
      await sentinels.master.kill();
      await isNoticed(both);
      await Promise.all([both.arrives(15_000), both.converges(15_000)]);
      expect(both.gaps).toContainEqual({ reason: 'disconnected' });
      expect(await isMaster(sentinels.replica.port)).toBe(true);
    });
  });

  test('on Sentinels that elevate a replica while the master lives: both go there, and the gap is told', async () => {
    const [sentinels, pair] = await startOnSentinels();
    await play(sentinels, pair, async (both) => {
      const { port } = sentinels.sentinels[0]!;
      expect(await sendToRedis(port, 'SENTINEL', 'FAILOVER', sentinels.name)).toBe('+OK');
      await eventually(() => expect(both.gaps).toContainEqual({ reason: 'disconnected' }), 15_000);
      await Promise.all([both.arrives(15_000), both.converges(15_000)]);
      expect(await isMaster(sentinels.replica.port)).toBe(true);
      const listening = ['PUBSUB', 'NUMSUB', 'bounce:room:tea'];
      expect(await sendToRedis(sentinels.replica.port, ...listening)).toMatch(/:1$/);
      expect(await sendToRedis(sentinels.master.port, ...listening)).toMatch(/:0$/);
    });
  });

  test('on a Redis Cluster that loses a master: not ready until it is back, then as before', async () => {
    const [cluster, pair] = await startOnCluster();
    await play(cluster, pair, async (both) => {
      const [, alone] = cluster.masters;
      await alone!.kill();
      await isNoticed(both);
      const named = expect.stringContaining(String(alone!.port)) as string;
      await eventually(() => expect(both.sender.health.reason).toEqual(named), 2_000);
      both.send();
      await both.sender.backplane.flushed();
      expect(both.sender.health.counters['dropped-unavailable']).toBeGreaterThanOrEqual(1);
      await alone!.restart();
      await Promise.all([both.arrives(15_000), both.converges(15_000)]);
      expect(both.gaps).toContainEqual({ reason: 'disconnected' });
    });
  });

  test('on a Redis Cluster in which a replica takes over: back with it, and the gap is told', async () => {
    const [cluster, pair] = await startOnCluster();
    await play(cluster, pair, async (both) => {
      await cluster.masters[0]!.kill();
      await isNoticed(both);
      await Promise.all([both.arrives(15_000), both.converges(15_000)]);
      expect(both.gaps).toContainEqual({ reason: 'disconnected' });
      expect(await isMaster(cluster.replicas[0]!.port)).toBe(true);
    });
  });

  test('on a Redis Cluster of which a master freezes: noticed within 10 s, and back when it goes on', async () => {
    const [cluster, pair] = await startOnCluster();
    await play(cluster, pair, async (both) => {
      const [, frozen] = cluster.masters;
      frozen!.freeze();
      const frozenAt = performance.now();
      await eventually(() => {
        expect(both.sender.health.isReady).toBe(false);
        expect(both.receiver.health.isReady).toBe(false);
      }, 10_000);
      // A connection that has not noticed yet is not lost, and has no gap to tell.
      await delay(FROZEN_MS - (performance.now() - frozenAt));
      frozen!.thaw();
      await Promise.all([both.arrives(15_000), both.converges(15_000)]);
      expect(both.gaps).toContainEqual({ reason: 'disconnected' });
    });
  });
});
