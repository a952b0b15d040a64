import { expect } from 'vitest';
import { keysLeft } from '../../../support/leftovers.js';
import { RedisServer } from '../../../support/redis-server.js';
import { sendToRedis } from '../../../support/resp.js';
import { TcpProxy } from '../../../support/tcp-proxy.js';
import { eventually } from '../eventually.js';
import { NodeProcess } from './node-process.js';

/** Three of everything that a node has one of. */
export type Three<T> = readonly [T, T, T];

/** How a deployment differs from most. */
export interface DeploymentOptions {
  /** Settings of Redis, as in its configuration file. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether Redis has a replica, to which the nodes go when they do not reach the master. */
  readonly hasReplica?: boolean;
  /** By how much the clock of each node is wrong, in milliseconds. */
  readonly clockShiftsMs?: Three<number>;
}

/** The random part of a node's name in a key. */
const NODE_ID = /[\w-]{22}/g;
/** What a node tells of itself. */
const OF_A_NODE = /^bounce:\{[\w-]{22}\}:/;
/** Nodes renew that every five seconds, for half a minute. What has less left is of one that died, and goes by itself. */
const RENEWED_MS = 20_000;
const REPLICA_MS = 10_000;

/**
 * Three node processes on a Redis of their own. Each reaches Redis through a proxy, and clients come in through three
 * entrances, each with one node behind it, and the others should that one be gone.
 */
export class Deployment {
  #isReplicaUsed = false;

  private constructor(
    readonly redis: RedisServer,
    readonly replica: RedisServer | undefined,
    /** Between each node and Redis. */
    readonly lines: Three<TcpProxy>,
    readonly nodes: Three<NodeProcess>,
    /** Between clients and each node. */
    readonly entrances: Three<TcpProxy>,
  ) {}

  static async start(options: DeploymentOptions = {}): Promise<Deployment> {
    const { settings = {}, hasReplica = false, clockShiftsMs = [0, 0, 0] } = options;
    // A replica that comes has at once all that the master has.
    const redis = await RedisServer.start({
      settings: { ...settings, 'repl-diskless-sync-delay': '0' },
    });
    const replica = hasReplica ? await startReplica(redis.port) : undefined;
    const ports = replica === undefined ? [] : [replica.port];
    const lines = await three(() => TcpProxy.listen(redis.port, ...ports));
    const nodes = await three((index) =>
      NodeProcess.start(`redis://127.0.0.1:${lines[index]!.port}`, clockShiftsMs[index]),
    );
    const entrances = await three((first) => {
      const [port, ...others] = [0, 1, 2].map((step) => nodes[(first + step) % 3]!.port);
      return TcpProxy.listen(port!, ...others);
    });
    return new Deployment(redis, replica, lines, nodes, entrances);
  }

  /** What is in Redis: the keys, whatever the nodes are called, and how many there are of each. */
  async redisKeys(): Promise<Record<string, number>> {
    const counts = new Map<string, number>();
    for (const key of await this.keysLeft()) {
      const shape = key.replace(NODE_ID, '<node>');
      counts.set(shape, (counts.get(shape) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
  }

  /**
   * The keys in the Redis that the nodes use which should not be there when all nodes have stopped. What a node told of itself
   * that died goes by itself.
   */
  async keysLeft(): Promise<string[]> {
    const redis = this.#isReplicaUsed ? this.replica! : this.redis;
    const keys = await keysLeft(redis);
    const answers = await Promise.all(keys.map((key) => sendToRedis(redis.port, 'PTTL', key)));
    return keys.filter((key, index) => {
      const leftMs = Number(answers[index]!.slice(1));
      return !OF_A_NODE.test(key) || leftMs === -1 || leftMs >= RENEWED_MS;
    });
  }

  /** Has the replica miss everything from now on. */
  async splitReplica(): Promise<void> {
    expect(await sendToRedis(this.replica!.port, 'REPLICAOF', 'NO', 'ONE')).toBe('+OK');
  }

  /** Ends the master, so that the nodes go to its replica. */
  async failOver(): Promise<void> {
    this.#isReplicaUsed = true;
    await this.redis.kill();
  }

  /** Stops the nodes that run, in an orderly way. */
  async stopNodes(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end()));
  }

  async stop(): Promise<void> {
    this.redis.thaw();
    try {
      await this.stopNodes();
    } finally {
      await Promise.all([...this.lines, ...this.entrances].map((proxy) => proxy.close()));
      await Promise.all([this.redis.stop(), this.replica?.stop()]);
    }
  }
}

/** @returns when it has what the master has */
async function startReplica(masterPort: number): Promise<RedisServer> {
  const replica = await RedisServer.start({ settings: { replicaof: `127.0.0.1 ${masterPort}` } });
  await eventually(async () => {
    expect(await sendToRedis(replica.port, 'ROLE')).toContain('connected');
  }, REPLICA_MS);
  return replica;
}

async function three<T>(make: (index: number) => Promise<T>): Promise<Three<T>> {
  return (await Promise.all([0, 1, 2].map(make))) as unknown as Three<T>;
}
