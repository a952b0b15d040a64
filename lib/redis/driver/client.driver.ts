import { REPLY_TIMEOUT_MS } from '../redis.constants.js';
import type { RedisDriver, RedisDriverEvents } from './redis-driver.interface.js';
import type { RedisClientLike } from './redis-like.interface.js';
import { ReplyDeadline } from './reply-deadline.js';

/** `sharded`: those of a Redis Cluster of version 7 or later, which stay on one shard. */
export type ChannelKind = 'plain' | 'sharded';

/** A connection to one server. */
export class ClientDriver implements RedisDriver {
  readonly connectTimeoutMs = REPLY_TIMEOUT_MS;
  readonly #client: RedisClientLike;
  readonly #deadline: ReplyDeadline;

  constructor(
    template: RedisClientLike,
    private readonly events: RedisDriverEvents,
    private readonly channels: ChannelKind = 'plain',
  ) {
    const { socket } = template.options as { readonly socket?: object };
    this.#client = template.duplicate({
      // Nothing waits for a connection, and nobody but us makes a new one.
      disableOfflineQueue: true,
      socket: { ...socket, reconnectStrategy: false, connectTimeout: this.connectTimeoutMs },
      // Its timeout costs an AbortSignal for each command, and ends with the write: the deadline is ours. How the app wants
      // its own replies does not matter here; with RESP 3 any command may be sent beside subscriptions.
      commandOptions: { timeout: 0 },
      RESP: 3,
    });
    this.#deadline = new ReplyDeadline((error) => events.lost(error));
    this.#client.on('error', (error: Error) => events.lost(error));
    this.#client.on('end', () => events.lost(new Error('The connection was closed')));
    this.#client.on('sharded-channel-moved', () =>
      events.lost(new Error('A channel has moved to another server')),
    );
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  send(_key: string, args: readonly string[]): Promise<unknown> {
    return this.#deadline.watch(this.#client.sendCommand(args));
  }

  publish(channel: string, payload: string): Promise<unknown> {
    const command = this.channels === 'sharded' ? 'SPUBLISH' : 'PUBLISH';
    return this.send(channel, [command, channel, payload]);
  }

  ping(): Promise<unknown> {
    return this.send('', ['PING']);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    if (this.channels === 'plain') {
      await this.#deadline.watch(this.#client.subscribe([...channels], this.#onMessage, true));
      return;
    }
    // One by one: a command takes only those of one slot.
    const answers = channels.map((channel) =>
      this.#deadline.watch(this.#client.sSubscribe(channel, this.#onMessage, true)),
    );
    await Promise.all(answers);
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    if (this.channels === 'plain') {
      await this.#deadline.watch(this.#client.unsubscribe([...channels]));
      return;
    }
    const answers = channels.map((channel) =>
      this.#deadline.watch(this.#client.sUnsubscribe(channel)),
    );
    await Promise.all(answers);
  }

  destroy(): void {
    this.#deadline.stop();
    this.#client.destroy();
  }

  readonly #onMessage = (payload: Buffer, channel: Buffer): void => {
    this.events.message(channel.toString(), payload);
  };
}
