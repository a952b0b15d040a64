import type { RedisDriver, RedisDriverEvents } from './redis-driver.interface.js';
import type { RedisClientLike } from './redis-like.interface.js';

const CONNECT_TIMEOUT_MS = 2_000;

/** A connection to one server. */
export class ClientDriver implements RedisDriver {
  readonly #client: RedisClientLike;

  constructor(
    template: RedisClientLike,
    private readonly events: RedisDriverEvents,
  ) {
    const { socket } = template.options as { readonly socket?: object };
    this.#client = template.duplicate({
      // Nothing waits for a connection, and nobody but us makes a new one.
      disableOfflineQueue: true,
      socket: { ...socket, reconnectStrategy: false, connectTimeout: CONNECT_TIMEOUT_MS },
    });
    this.#client.on('error', (error: Error) => events.lost(error));
    this.#client.on('end', () => events.lost(new Error('The connection was closed')));
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  send(_key: string, args: readonly string[]): Promise<unknown> {
    return this.#client.sendCommand(args);
  }

  publish(channel: string, payload: string): Promise<unknown> {
    return this.#client.sendCommand(['PUBLISH', channel, payload]);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await this.#client.subscribe([...channels], this.#onMessage, true);
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await this.#client.unsubscribe([...channels]);
  }

  destroy(): void {
    this.#client.destroy();
  }

  readonly #onMessage = (payload: Buffer, channel: Buffer): void => {
    this.events.message(channel.toString(), payload);
  };
}
