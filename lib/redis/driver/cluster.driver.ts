import { ClientDriver } from './client.driver.js';
import { ClusterDiscovery } from './cluster.discovery.js';
import { hashSlot } from './hash-slot.js';
import type { RedisDriver, RedisDriverEvents } from './redis-driver.interface.js';
import type { RedisClusterLike } from './redis-like.interface.js';

/** Longer than node-redis tries a server that does not answer, so that it comes to the next one. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What a server answers that does not, or not yet, have the slot: where it is. */
const REDIRECTION = /^(MOVED|ASK) (\d+) (\S+)/;

/** One range of slots, as `CLUSTER SLOTS` has it: behind the master there may be replicas. */
type ClusterRange = [from: number, to: number, master: [host: string, port: number]];

/**
 * The connections to the masters of a Redis Cluster, one each. It is there when all of them are: what is lost of one is
 * lost of all, and the cluster is looked at anew. Channels are sharded where the servers know that, so that a message
 * passes only the shard of its channel; before, every server of the cluster gets every message.
 */
export class ClusterDriver implements RedisDriver {
  readonly connectTimeoutMs = CONNECT_TIMEOUT_MS;
  readonly #discovery: ClusterDiscovery;
  readonly #shards = new Map<string, ClientDriver>();
  #owners: (ClientDriver | undefined)[] = [];
  /** What the cluster looked like when the first channel was subscribed to. */
  #layout: string | undefined;

  constructor(
    template: RedisClusterLike,
    private readonly events: RedisDriverEvents,
  ) {
    this.#discovery = new ClusterDiscovery(template);
  }

  async connect(): Promise<void> {
    try {
      const { masters, owners, isSharded } = await this.#discovery.run();
      for (const [address, client] of masters) {
        const channels = isSharded ? 'sharded' : 'plain';
        this.#shards.set(address, new ClientDriver(client, this.events, channels));
      }
      this.#owners = owners.map((address) => this.#shards.get(address ?? ''));
    } finally {
      this.#discovery.stop();
    }
    await Promise.all(Array.from(this.#shards.values(), (shard) => shard.connect()));
  }

  async send(key: string, args: readonly string[]): Promise<unknown> {
    try {
      return await this.#ownerOf(key).send(key, args);
    } catch (error) {
      return this.#follow(error, key, args);
    }
  }

  async publish(channel: string, payload: string): Promise<unknown> {
    try {
      return await this.#ownerOf(channel).publish(channel, payload);
    } catch (error) {
      return this.#follow(error, channel, ['SPUBLISH', channel, payload]);
    }
  }

  async ping(): Promise<void> {
    await Promise.all(Array.from(this.#shards.values(), (shard) => shard.ping()));
    // Commands are told when a slot has moved, channels are not always.
    if (this.#layout !== undefined && this.#layout !== (await this.#look())) {
      throw new Error('The slots of the cluster have moved');
    }
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    this.#layout ??= await this.#look();
    await Promise.all(this.#byOwner(channels).map(([shard, ofShard]) => shard.subscribe(ofShard)));
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await Promise.all(
      this.#byOwner(channels).map(([shard, ofShard]) => shard.unsubscribe(ofShard)),
    );
  }

  destroy(): void {
    this.#discovery.stop();
    for (const shard of this.#shards.values()) shard.destroy();
  }

  #ownerOf(key: string): ClientDriver {
    const owner = this.#owners[hashSlot(key)];
    if (owner === undefined) throw new Error(`CLUSTERDOWN Nobody serves the slot of ${key}`);
    return owner;
  }

  #byOwner(channels: readonly string[]): [ClientDriver, string[]][] {
    const byOwner = new Map<ClientDriver, string[]>();
    for (const channel of channels) {
      const owner = this.#ownerOf(channel);
      const ofOwner = byOwner.get(owner);
      if (ofOwner === undefined) byOwner.set(owner, [channel]);
      else ofOwner.push(channel);
    }
    return [...byOwner];
  }

  async #follow(refusal: unknown, key: string, args: readonly string[]): Promise<unknown> {
    const [, kind, slot, address] = REDIRECTION.exec((refusal as Error).message) ?? [];
    if (kind === undefined) throw refusal;
    const target = this.#shards.get(address!);
    if (target === undefined) {
      this.events.lost(refusal as Error);
      throw refusal;
    }
    if (kind === 'MOVED') {
      this.#owners[Number(slot)] = target;
      return target.send(key, args);
    }
    // In one turn of the event loop, so that nothing comes in between.
    const [, answer] = await Promise.all([target.send(key, ['ASKING']), target.send(key, args)]);
    return answer;
  }

  /** What the cluster looks like now: which master has which slots. */
  async #look(): Promise<string> {
    const [shard] = this.#shards.values();
    const ranges = (await shard?.send('', ['CLUSTER', 'SLOTS'])) as ClusterRange[];
    return ranges
      .map(([from, to, [host, port]]) => `${from}-${to} ${host}:${port}`)
      .toSorted()
      .join();
  }
}
