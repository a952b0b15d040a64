import { setTimeout as delay } from 'node:timers/promises';
import { PresenceService } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { describe, expect, test } from 'vitest';
import { UsersGateway } from '../e2e/presence/support/users.gateway.js';
import { RedisServer } from '../support/redis-server.js';
import { sendToRedis } from '../support/resp.js';
import { startApp } from '../support/start-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { WsPeer } from '../support/ws-peer.js';
import { eventually } from './support/eventually.js';

expectNoUnhandledErrors();

const LEASE_MS = 2_000;

/** One node, and what it heard of users coming and going. */
class Node {
  readonly changes: string[] = [];

  private constructor(
    private readonly started: Awaited<ReturnType<typeof startApp>>,
    readonly presence: PresenceService,
  ) {
    presence.changes$.subscribe(({ userId, online }) => {
      this.changes.push(`${online ? '+' : '-'}${userId}`);
    });
  }

  static async start(url: string): Promise<Node> {
    const started = await startApp({
      providers: [UsersGateway],
      options: {
        engine: redisEngine({ url }),
        presence: { graceMs: 200, leaseMs: LEASE_MS },
      },
    });
    return new Node(started, started.app.get(PresenceService));
  }

  async connect(userId: string): Promise<WsPeer> {
    const peer = await WsPeer.connect(`${this.started.url}/?user=${userId}`);
    await peer.barrier();
    return peer;
  }

  /** Who is online, as far as this node can tell. */
  async online(): Promise<string[] | string> {
    try {
      return (await this.presence.list()).users;
    } catch {
      return 'unknown';
    }
  }

  stop(): Promise<void> {
    return this.started.app.close();
  }
}

interface Stage {
  readonly redis: RedisServer;
  /** Between the second node and Redis. */
  readonly proxy: TcpProxy;
  readonly one: Node;
  readonly two: Node;
}

/** Ann is on the first node, ben on the second, cai on both and in the room `tea` of both. */
async function play(act: (stage: Stage, cai: readonly WsPeer[]) => Promise<void>): Promise<void> {
  const redis = await RedisServer.start();
  const proxy = await TcpProxy.listen(redis.port);
  const one = await Node.start(redis.url);
  const two = await Node.start(`redis://127.0.0.1:${proxy.port}`);
  try {
    await one.connect('ann');
    await two.connect('ben');
    const cai = [await one.connect('cai'), await two.connect('cai')];
    for (const peer of cai) {
      await peer.request('show', { room: 'tea', meta: 1 });
      await peer.next('presence_state');
    }
    for (const node of [one, two]) {
      await eventually(
        async () => expect(await node.online()).toEqual(['ann', 'ben', 'cai']),
        2_000,
      );
      await eventually(
        () => expect(node.changes.toSorted()).toEqual(['+ann', '+ben', '+cai']),
        2_000,
      );
    }
    await act({ redis, proxy, one, two }, cai);
  } finally {
    redis.thaw();
    await Promise.all([one.stop(), two.stop()]);
    await proxy.close();
    await redis.stop();
  }
}

/** Expects that every node knows everybody within so many milliseconds, and that nobody seemed to come or go. */
async function isExact({ one, two }: Stage, withinMs: number): Promise<void> {
  for (const node of [one, two]) {
    await eventually(async () => {
      expect(await node.online()).toEqual(['ann', 'ben', 'cai']);
      expect(await node.presence.room('tea')).toEqual([{ userId: 'cai', meta: 1 }]);
    }, withinMs);
  }
}

function expectNoChange({ one, two }: Stage): void {
  for (const { changes } of [one, two]) {
    expect(changes.toSorted()).toEqual(['+ann', '+ben', '+cai']);
  }
}

describe.concurrent('presence on two nodes and a Redis', () => {
  test('that forgets everything: exact within 15 s, and nobody seems to come or go', () =>
    play(async (stage, cai) => {
      expect(await sendToRedis(stage.redis.port, 'FLUSHALL')).toBe('+OK');
      await isExact(stage, 15_000);
      // By then every lease has been renewed, and what was lost for good would have been told.
      await delay(LEASE_MS * 2);
      expectNoChange(stage);
      for (const peer of cai) expect(await peer.barrier()).toEqual([]);
    }));

  test('that is killed and back after 3 s, empty: exact within 15 s', () =>
    play(async (stage, cai) => {
      await stage.redis.kill();
      await expect(stage.one.presence.count()).rejects.toMatchObject({ code: 'unavailable' });
      await delay(3_000);
      await stage.redis.restart();
      await isExact(stage, 15_000);
      await delay(LEASE_MS * 2);
      expectNoChange(stage);
      for (const peer of cai) expect(await peer.barrier()).toEqual([]);
    }));

  test('that lost its data while somebody left: exact, at most one leave, and no join', () =>
    play(async (stage) => {
      const dan = await stage.one.connect('dan');
      await eventually(() => expect(stage.two.changes).toContain('+dan'), 2_000);
      await stage.redis.kill();
      await dan.close();
      await delay(1_000);
      await stage.redis.restart();
      await isExact(stage, 15_000);
      for (const { changes } of [stage.one, stage.two]) {
        // Whether a node hears of the leave depends on whether it was back before the leave was told.
        const ofDan = changes.filter((change) => change.endsWith('dan'));
        expect([['+dan'], ['+dan', '-dan']]).toContainEqual(ofDan);
      }
    }));

  test('that is frozen for longer than a lease: exact 10 s after, and nobody seems to come or go', () =>
    play(async (stage, cai) => {
      stage.redis.freeze();
      await delay(LEASE_MS * 3);
      stage.redis.thaw();
      await isExact(stage, 10_000);
      await delay(LEASE_MS * 2);
      expectNoChange(stage);
      for (const peer of cai) expect(await peer.barrier()).toEqual([]);
    }));

  test('that one of them is cut off from: its users leave once, and come once when it is back', () =>
    play(async (stage, [cai]) => {
      const { proxy, one } = stage;
      proxy.blackhole();
      await eventually(() => expect(one.changes.slice(3)).toEqual(['-ben']), LEASE_MS * 3);
      expect(await one.online()).toEqual(['ann', 'cai']);
      await delay(LEASE_MS * 2);
      proxy.heal();
      await isExact(stage, 15_000);
      await eventually(() => expect(one.changes.slice(3)).toEqual(['-ben', '+ben']), 5_000);
      // Who has another connection was there all the time.
      expect(await cai!.barrier()).toEqual([]);
    }));
});
