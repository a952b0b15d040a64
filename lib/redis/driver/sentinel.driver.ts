import type { RedisDriver, RedisDriverEvents } from './redis-driver.interface.js';
import type { RedisSentinelLike } from './redis-like.interface.js';

/** A connection to the server that the sentinels call the master. */
export class SentinelDriver implements RedisDriver {
  readonly #sentinel: RedisSentinelLike;

  constructor(
    template: RedisSentinelLike,
    private readonly events: RedisDriverEvents,
  ) {
    this.#sentinel = template.duplicate({});
    // The sentinel client follows the master by itself, or the probe fails.
    for (const event of ['error', 'client-error', 'topology-change']) {
      this.#sentinel.on(event, (error: unknown) => {
        events.disturbed(error instanceof Error ? error : new Error(`Redis Sentinel: ${event}`));
      });
    }
  }

  async connect(): Promise<void> {
    await this.#sentinel.connect();
  }

  send(_key: string, args: readonly string[]): Promise<unknown> {
    return this.#sentinel.sendCommand(false, [...args]);
  }

  publish(channel: string, payload: string): Promise<unknown> {
    return this.#sentinel.sendCommand(false, ['PUBLISH', channel, payload]);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await this.#sentinel.subscribe([...channels], this.#onMessage, true);
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await this.#sentinel.unsubscribe([...channels]);
  }

  destroy(): void {
    void this.#sentinel.destroy();
  }

  readonly #onMessage = (payload: Buffer, channel: Buffer): void => {
    this.events.message(channel.toString(), payload);
  };
}
