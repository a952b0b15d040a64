import { ClientDriver } from './client.driver.js';
import type { RedisDriver, RedisDriverEvents } from './redis-driver.interface.js';
import type { RedisSentinelLike } from './redis-like.interface.js';

/** Longer than node-redis tries a sentinel that does not answer, so that it comes to the next one. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A connection to the server that the sentinels call the master. When they call another one so it is lost, and the next one
 * goes there. A client of node-redis asks them, as the app configured it, and hears of their change of mind.
 */
export class SentinelDriver implements RedisDriver {
  readonly connectTimeoutMs = CONNECT_TIMEOUT_MS;
  readonly #sentinel: RedisSentinelLike;
  #master: ClientDriver | undefined;
  #lastError: unknown;
  #isDestroyed = false;

  constructor(
    template: RedisSentinelLike,
    private readonly events: RedisDriverEvents,
  ) {
    this.#sentinel = template.duplicate({
      masterPoolSize: 1,
      replicaPoolSize: 0,
      passthroughClientErrorEvents: true,
    });
    this.#sentinel.on('error', (error: unknown) => {
      this.#lastError = error;
    });
    this.#sentinel.on('topology-change', (change: unknown) => {
      if (this.#master !== undefined && (change as { type?: unknown }).type === 'MASTER_CHANGE') {
        events.lost(new Error('The sentinels have another master'));
      }
    });
  }

  async connect(): Promise<void> {
    const master = await this.#discover();
    // The attempt to connect may have been given up meanwhile.
    if (this.#isDestroyed) return master.destroy();
    this.#master = master;
    await master.connect();
    await this.ping();
  }

  send(key: string, args: readonly string[]): Promise<unknown> {
    return this.#connected.send(key, args);
  }

  publish(channel: string, payload: string): Promise<unknown> {
    return this.#connected.publish(channel, payload);
  }

  /** What the sentinels say may be old, and a master may become a replica. */
  async ping(): Promise<void> {
    const [role] = (await this.#connected.send('', ['ROLE'])) as [string];
    if (role !== 'master') throw new Error(`The server is not the master but a ${role}`);
  }

  subscribe(channels: readonly string[]): Promise<void> {
    return this.#connected.subscribe(channels);
  }

  unsubscribe(channels: readonly string[]): Promise<void> {
    return this.#connected.unsubscribe(channels);
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#master?.destroy();
    // It waits for its own attempt to connect; whatever became of that, nothing is left to be told.
    Promise.resolve(this.#sentinel.destroy()).catch(() => undefined);
  }

  get #connected(): ClientDriver {
    if (this.#master === undefined) throw new Error('There is no connection yet');
    return this.#master;
  }

  async #discover(): Promise<ClientDriver> {
    try {
      await this.#sentinel.connect();
      return await this.#sentinel._execute(false, (client) =>
        Promise.resolve(new ClientDriver(client, this.events)),
      );
    } catch (error) {
      throw this.#lastError instanceof Error ? this.#lastError : error;
    }
  }
}
