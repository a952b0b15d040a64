import type { RedisClientLike, RedisClusterLike, RedisMasterLike } from './redis-like.interface.js';

/** What a Redis Cluster looks like at a moment. */
export interface ClusterLayout {
  /** A client for each master, by its address; a connection is to be made from it. */
  readonly masters: ReadonlyMap<string, RedisClientLike>;
  /** The address of the master of each slot; nothing for a slot that nobody serves. */
  readonly owners: readonly (string | undefined)[];
  /** Whether it knows sharded channels (Redis 7, Valkey). */
  readonly isSharded: boolean;
}

/**
 * Finds the masters of a Redis Cluster, through whichever of the servers that the app named answers. A client of node-redis
 * does that, as the app configured it; it lives until {@link stop}.
 */
export class ClusterDiscovery {
  readonly #cluster: RedisClusterLike;
  readonly #failed: Promise<never>;
  #lastError: Error | undefined;
  #isStopped = false;

  constructor(template: RedisClusterLike) {
    // A master that cannot be reached would keep its client connecting for ever.
    this.#cluster = template.duplicate({ minimizeConnections: true });
    this.#cluster.on('error', (error) => {
      this.#lastError = error;
    });
    this.#failed = new Promise<never>((_, reject) => this.#cluster.on('node-error', reject));
    this.#failed.catch(() => undefined);
  }

  /** @throws whatever keeps it from reaching a server, or one of the masters */
  async run(): Promise<ClusterLayout> {
    await this.#cluster.connect().catch((error: unknown) => {
      throw this.#lastError ?? error;
    });
    this.#check();
    const found = this.#cluster.masters.map((master) => this.#clientOf(master));
    const masters = new Map(await Promise.race([Promise.all(found), this.#failed]));
    this.#check();
    const owners = Array.from(this.#cluster.slots, (shard) => shard?.master.address);
    const [first] = masters.values();
    return { masters, owners, isSharded: first !== undefined && (await knowsSharded(first)) };
  }

  /** Ends all of its connections. */
  stop(): void {
    this.#isStopped = true;
    this.#cluster.destroy();
  }

  async #clientOf(master: RedisMasterLike): Promise<[string, RedisClientLike]> {
    return [master.address, await this.#cluster.nodeClient(master)];
  }

  #check(): void {
    if (this.#isStopped) throw new Error('The attempt to connect was given up');
  }
}

async function knowsSharded(client: RedisClientLike): Promise<boolean> {
  const [info] = (await client.sendCommand(['COMMAND', 'INFO', 'SPUBLISH'])) as unknown[];
  return info !== null && info !== undefined;
}
