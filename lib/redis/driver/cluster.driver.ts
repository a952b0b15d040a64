import type { RedisDriver, RedisDriverEvents } from './redis-driver.interface.js';
import type { RedisClusterLike } from './redis-like.interface.js';

/**
 * The connections to a Redis Cluster. Channels are sharded where the server knows that (Redis 7, Valkey), so that a
 * message passes only the shard of its channel; before, every node of the cluster gets every message.
 */
export class ClusterDriver implements RedisDriver {
  readonly #cluster: RedisClusterLike;
  #isSharded = false;

  constructor(
    template: RedisClusterLike,
    private readonly events: RedisDriverEvents,
  ) {
    this.#cluster = template.duplicate({});
    // Of a single node: the cluster client finds its way, or the probe fails.
    for (const event of ['error', 'node-error', 'node-disconnect']) {
      this.#cluster.on(event, (error: unknown) => {
        events.disturbed(error instanceof Error ? error : new Error(`Redis Cluster: ${event}`));
      });
    }
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
    const [info] = (await this.#cluster.sendCommand(undefined, true, [
      'COMMAND',
      'INFO',
      'SPUBLISH',
    ])) as unknown[];
    this.#isSharded = info !== null && info !== undefined;
  }

  send(key: string, args: readonly string[]): Promise<unknown> {
    return this.#cluster.sendCommand(key, false, [...args]);
  }

  publish(channel: string, payload: string): Promise<unknown> {
    const command = this.#isSharded ? 'SPUBLISH' : 'PUBLISH';
    return this.#cluster.sendCommand(channel, false, [command, channel, payload]);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await Promise.all(
      // One by one: each channel may have a shard of its own.
      channels.map((channel) =>
        this.#isSharded
          ? this.#cluster.sSubscribe(channel, this.#onMessage, true)
          : this.#cluster.subscribe(channel, this.#onMessage, true),
      ),
    );
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await Promise.all(
      channels.map((channel) =>
        this.#isSharded ? this.#cluster.sUnsubscribe(channel) : this.#cluster.unsubscribe(channel),
      ),
    );
  }

  destroy(): void {
    this.#cluster.destroy();
  }

  readonly #onMessage = (payload: Buffer, channel: Buffer): void => {
    this.events.message(channel.toString(), payload);
  };
}
