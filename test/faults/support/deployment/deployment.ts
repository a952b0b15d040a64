import { keysLeft } from '../../../support/leftovers.js';
import { RedisServer } from '../../../support/redis-server.js';
import { TcpProxy } from '../../../support/tcp-proxy.js';
import { NodeProcess } from './node-process.js';

/** Three of everything that a node has one of. */
export type Three<T> = readonly [T, T, T];

/** The random part of a node's name in a key. */
const NODE_ID = /[\w-]{22}/g;

/**
 * Three node processes on a Redis of their own. Each reaches Redis through a proxy, and clients come in through three
 * entrances, each with one node behind it, and the others should that one be gone.
 */
export class Deployment {
  private constructor(
    readonly redis: RedisServer,
    /** Between each node and Redis. */
    readonly lines: Three<TcpProxy>,
    readonly nodes: Three<NodeProcess>,
    /** Between clients and each node. */
    readonly entrances: Three<TcpProxy>,
  ) {}

  static async start(): Promise<Deployment> {
    const redis = await RedisServer.start();
    const lines = await three(() => TcpProxy.listen(redis.port));
    const nodes = await three((index) =>
      NodeProcess.start(`redis://127.0.0.1:${lines[index]!.port}`),
    );
    const entrances = await three((first) => {
      const [port, ...others] = [0, 1, 2].map((step) => nodes[(first + step) % 3]!.port);
      return TcpProxy.listen(port!, ...others);
    });
    return new Deployment(redis, lines, nodes, entrances);
  }

  /** What is in Redis: the keys, whatever the nodes are called, and how many there are of each. */
  async redisKeys(): Promise<Record<string, number>> {
    const counts = new Map<string, number>();
    for (const key of await keysLeft(this.redis)) {
      const shape = key.replace(NODE_ID, '<node>');
      counts.set(shape, (counts.get(shape) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
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
      await this.redis.stop();
    }
  }
}

async function three<T>(make: (index: number) => Promise<T>): Promise<Three<T>> {
  return (await Promise.all([0, 1, 2].map(make))) as unknown as Three<T>;
}
