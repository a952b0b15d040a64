import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { redisEngine } from 'bounce-ws/redis';
import { expectNothingLeft } from '../support/leftovers.js';
import { RedisServer, type RedisServerOptions } from '../support/redis-server.js';
import { sendToRedis } from '../support/resp.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { eventually } from './support/eventually.js';
import { Pair } from './support/pair.js';

expectNothingLeft();
expectNoUnhandledErrors();

interface Stage {
  readonly redis: RedisServer;
  /** Between the receiving node and Redis. */
  readonly proxy: TcpProxy;
  readonly pair: Pair;
}

/** Runs a play with two nodes on a Redis of its own; the receiving one reaches it through a proxy. */
async function play(act: (stage: Stage) => Promise<void>, options?: RedisServerOptions) {
  const redis = await RedisServer.start(options);
  const proxy = await TcpProxy.listen(redis.port);
  const pair = await Pair.start(redis.url, `redis://127.0.0.1:${proxy.port}`);
  try {
    await pair.converges(6_000);
    await act({ redis, proxy, pair });
    pair.expectOrder();
  } finally {
    redis.thaw();
    await pair.stop();
    await proxy.close();
    await redis.stop();
  }
}

describe.concurrent('two nodes and a Redis', () => {
  test('that is killed and back after 3 s: they hear each other within 2 s, and know of the gap', () =>
    play(async ({ redis, pair }) => {
      await redis.kill();
      await eventually(() => expect(pair.receiver.health.isReady).toBe(false), 2_000);
      await expect(pair.receiver.rooms.members('tea')).rejects.toMatchObject({
        code: 'unavailable',
      });
      await delay(3_000);
      await redis.restart();
      await pair.arrives(2_000);
      expect(pair.gaps).toContainEqual({ reason: 'disconnected' });
      await pair.converges(10_000);
    }));

  test('that is frozen: not ready within 10 s, dropping within 2 s, converged 10 s after', () =>
    play(async ({ redis, pair }) => {
      redis.freeze();
      const frozenAt = performance.now();
      pair.send();
      await pair.sender.backplane.flushed();
      expect(performance.now() - frozenAt).toBeLessThan(2_500);
      expect(pair.sender.health.counters['dropped-unavailable']).toBe(1);
      await eventually(() => expect(pair.receiver.health.isReady).toBe(false), 10_000);
      expect(pair.receiver.health.reason).toContain('Redis cannot be reached');
      await delay(12_000 - (performance.now() - frozenAt));
      redis.thaw();
      await Promise.all([pair.arrives(10_000), pair.converges(10_000)]);
    }));

  test('that ends the connection for subscriptions: back within 2 s, and the gap is told', () =>
    play(async ({ redis, pair }) => {
      expect(await sendToRedis(redis.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(':2');
      pair.send();
      await eventually(() => expect(pair.gaps).toEqual([{ reason: 'disconnected' }]), 2_000);
      await pair.arrives(2_000);
    }));

  test('behind a network that forgot the connections: back within 10 s, and the gap is told', () =>
    play(async ({ proxy, pair }) => {
      proxy.halfOpen('client');
      await pair.arrives(10_000);
      expect(pair.gaps).toContainEqual({ reason: 'disconnected' });
      await pair.converges(10_000);
    }));

  test('that forgets everything: messages go on, and it is told everything anew', () =>
    play(async ({ redis, pair }) => {
      expect(await sendToRedis(redis.port, 'FLUSHALL')).toBe('+OK');
      await pair.arrives(1_000);
      expect(await pair.receiver.rooms.members('tea')).toEqual([]);
      await pair.converges(8_000);
      expect(pair.gaps).toEqual([]);
    }));

  test('that is out of memory: messages go on, and it is well again when there is some', () =>
    play(async ({ redis, pair }) => {
      expect(await sendToRedis(redis.port, 'CONFIG', 'SET', 'maxmemory', '1')).toBe('+OK');
      await pair.sender.rooms.joined('tea', 's2');
      await pair.arrives(1_000);
      await eventually(() => expect(pair.sender.health.isReady).toBe(false), 12_000);
      await pair.arrives(1_000);
      expect(await sendToRedis(redis.port, 'CONFIG', 'SET', 'maxmemory', '0')).toBe('+OK');
      await pair.converges(12_000);
    }));

  test('that became a replica: retries back off, and it is well again when it is a master', () =>
    play(async ({ redis, proxy, pair }) => {
      expect(await sendToRedis(redis.port, 'REPLICAOF', '127.0.0.1', '1')).toBe('+OK');
      await eventually(() => expect(pair.receiver.health.isReady).toBe(false), 12_000);
      const before = proxy.accepted;
      await delay(3_000);
      expect(proxy.accepted - before).toBeLessThan(10);
      expect(await sendToRedis(redis.port, 'REPLICAOF', 'NO', 'ONE')).toBe('+OK');
      await pair.arrives(15_000);
      await pair.converges(15_000);
    }));
});

test('a wrong password is no crash, is told without the password, and retries back off', async () => {
  const redis = await RedisServer.start({ settings: { requirepass: 'the-right-one' } });
  const proxy = await TcpProxy.listen(redis.port);
  const engine = redisEngine({ url: `redis://:the-wrong-one@127.0.0.1:${proxy.port}` });
  try {
    const startedAt = performance.now();
    await engine.start();
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(engine.health).toMatchObject({ isReady: false });
    expect(engine.health.reason).toContain('WRONGPASS');
    expect(JSON.stringify(engine.health)).not.toContain('the-wrong-one');
    await delay(3_000);
    expect(proxy.accepted).toBeLessThan(20);
  } finally {
    await engine.stop();
    await proxy.close();
    await redis.stop();
  }
});

test('what does not belong on the channels is dropped and counted, and the rest arrives', () =>
  play(async ({ redis, pair }) => {
    const unknownNode = 'x'.repeat(22);
    const header = { v: 1, node: unknownNode, seq: 1, prev: 0 };
    const body = {
      to: { kind: 'room', names: ['tea'] },
      do: { type: 'emit', event: 'n', data: 0 },
    };
    const own = { ...header, ...body, node: pair.receiver.nodeId, seq: 999_999 };
    const bad: [counter: string, payload: string | Buffer][] = [
      ['rejected-not-json', 'no json'],
      ['rejected-not-json', Buffer.from([0xff, 0xfe, 0])],
      ['rejected-not-json', '[]'],
      ['rejected-not-json', '{"v":1'],
      ['rejected-malformed', '{}'],
      ['rejected-malformed', '{"event":7}'],
      ['rejected-malformed', JSON.stringify({ ...header, ...body, to: { kind: 'x', names: [] } })],
      ['rejected-malformed', JSON.stringify({ ...header, ...body, do: { type: '__proto__' } })],
      ['rejected-wrong-version', JSON.stringify({ ...header, ...body, v: 2 })],
      ['rejected-too-large', `{"event":"n","data":"${'x'.repeat(10_000_000)}"}`],
      ['rejected-forged', JSON.stringify({ ...header, ...body })],
      ['rejected-forged', JSON.stringify({ ...header, ...body, node: 'short' })],
      ['rejected-forged', JSON.stringify(own)],
    ];
    const expected: Record<string, number> = {};
    for (const [counter, payload] of bad) {
      expected[counter] = (expected[counter] ?? 0) + 1;
      expect(await sendToRedis(redis.port, 'PUBLISH', 'bounce:room:tea', payload)).toBe(':1');
    }
    await eventually(() => expect(pair.receiver.health.counters).toMatchObject(expected), 2_000);
    await pair.arrives(1_000);
    expect(pair.heard).not.toContain(0);
  }));
