import { BounceWsHealth, PresenceService, type PresenceSettings } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { expect } from 'vitest';
import { UsersGateway } from '../../e2e/presence/support/users.gateway.js';
import { RedisServer } from '../../support/redis-server.js';
import { startApp } from '../../support/start-app.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { WsPeer } from '../../support/ws-peer.js';
import { eventually } from './eventually.js';

/** Short, so that a test sees several of them. */
export const LEASE_MS = 2_000;
const GRACE_MS = 200;
/** Longer than many servers need that start at once. */
const READY_MS = 10_000;

/** One node, and what it told of users coming and going. */
export class PresenceNode {
  readonly changes: string[] = [];

  private constructor(
    private readonly started: Awaited<ReturnType<typeof startApp>>,
    readonly presence: PresenceService,
  ) {
    presence.changes$.subscribe(({ userId, online }) => {
      this.changes.push(`${online ? '+' : '-'}${userId}`);
    });
  }

  static async start(url: string, presence: PresenceSettings): Promise<PresenceNode> {
    const started = await startApp({
      providers: [UsersGateway],
      options: {
        engine: redisEngine({ url }),
        presence,
      },
    });
    const health = started.app.get(BounceWsHealth);
    // A node starts without its Redis when that does not answer within two seconds.
    await eventually(() => expect(health.isReady()).toBe(true), READY_MS);
    return new PresenceNode(started, started.app.get(PresenceService));
  }

  async connect(userId: string): Promise<WsPeer> {
    const peer = await WsPeer.connect(`${this.started.url}/?user=${userId}`);
    await peer.barrier();
    return peer;
  }

  /** Opens a connection of a user, who shows up in a room. */
  async show(userId: string, room: string, meta: unknown): Promise<WsPeer> {
    const peer = await this.connect(userId);
    await peer.request('show', { room, meta });
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

  /** What it told of one user. */
  changesOf(userId: string): string[] {
    return this.changes.filter((change) => change.slice(1) === userId);
  }

  stop(): Promise<void> {
    return this.started.app.close();
  }
}

/** Two nodes on a Redis of their own. */
export interface PresenceStage {
  readonly redis: RedisServer;
  /** Between the second node and Redis. */
  readonly proxy: TcpProxy;
  readonly one: PresenceNode;
  readonly two: PresenceNode;
}

/** Ann is on the first node, ben on the second, cai on both and in the room `tea` of both. */
export async function play(
  act: (stage: PresenceStage, cai: readonly WsPeer[]) => Promise<void>,
  { leaseMs = LEASE_MS, graceMs = GRACE_MS }: PresenceSettings = {},
): Promise<void> {
  const redis = await RedisServer.start();
  const proxy = await TcpProxy.listen(redis.port);
  const one = await PresenceNode.start(redis.url, { leaseMs, graceMs });
  const two = await PresenceNode.start(`redis://127.0.0.1:${proxy.port}`, { leaseMs, graceMs });
  try {
    await one.connect('ann');
    await two.connect('ben');
    const cai = [await one.show('cai', 'tea', 1), await two.show('cai', 'tea', 1)];
    for (const peer of cai) await peer.next('presence_state');
    for (const { changes } of [one, two]) {
      await eventually(() => expect(changes.toSorted()).toEqual(['+ann', '+ben', '+cai']), 2_000);
    }
    await act({ redis, proxy, one, two }, cai);
  } finally {
    redis.thaw();
    await Promise.all([one.stop(), two.stop()]);
    await proxy.close();
    await redis.stop();
  }
}

/** Expects that every node knows everybody within so many milliseconds. */
export async function isExact({ one, two }: PresenceStage, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (const node of [one, two]) {
    await eventually(async () => {
      expect(await node.online()).toEqual(['ann', 'ben', 'cai']);
      expect(await node.presence.room('tea')).toEqual([{ userId: 'cai', meta: 1 }]);
    }, deadline - performance.now());
  }
}

/** Expects that nobody seemed to come or go since the beginning. */
export function expectNoChange({ one, two }: PresenceStage): void {
  for (const { changes } of [one, two]) {
    expect(changes.toSorted()).toEqual(['+ann', '+ben', '+cai']);
  }
}
