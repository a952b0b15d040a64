import { randomBytes } from 'node:crypto';
import { firstValueFrom, race, timer } from 'rxjs';
import { filter } from 'rxjs/operators';
import { type Audience, channelsOf } from '../../backplane/index.js';
import { ProblemLog, RedisConnection } from '../connection/index.js';
import { driverFactory } from '../driver/driver.factory.js';
import { DEFAULT_PREFIX, REPLY_TIMEOUT_MS } from '../redis.constants.js';
import type { RedisSourceOptions } from '../redis.options.js';
import { PublisherTarget } from './publisher-target.js';

const NAME_BYTES = 16;
/** More in one message are not taken by the nodes. */
const MAX_ROOMS = 1_000;

/**
 * Sends to the clients of an app from a process that has none: a script, a worker, another service. It needs no Nest
 * application, and connects with its first message.
 *
 * Delivery is at most once: to who is connected when the message passes.
 *
 * @throws ConfigurationError for a URL that is none
 * @example
 * const publisher = new RedisPublisher({ url: 'redis://127.0.0.1:6379' });
 * await publisher.toUser('42').emit('notification', { text: 'Your parcel is here' });
 * await publisher.close();
 */
export class RedisPublisher {
  readonly #connection: RedisConnection;
  readonly #log = new ProblemLog();
  readonly #name = randomBytes(NAME_BYTES).toString('base64url');
  #sent = 0;
  #started: Promise<void> | undefined;

  /** @param options - as those of the app's `redisEngine()` */
  constructor(options: RedisSourceOptions = {}) {
    const { prefix = DEFAULT_PREFIX } = options;
    this.#connection = new RedisConnection(this.#name, prefix, driverFactory(options), this.#log);
  }

  /** Everybody, on all nodes. */
  toAll(): PublisherTarget {
    return this.#target({ kind: 'all', names: [] });
  }

  /** Who is in one of the rooms; who is in several is reached once. @throws RangeError for more than 1 000 rooms */
  to(...rooms: readonly string[]): PublisherTarget {
    const names = [...new Set(rooms)];
    if (names.length > MAX_ROOMS) {
      throw new RangeError(`A message is for at most ${MAX_ROOMS} rooms, not ${names.length}`);
    }
    return this.#target({ kind: 'room', names });
  }

  /** All connections of users. */
  toUser(...userIds: readonly string[]): PublisherTarget {
    return this.#target({ kind: 'user', names: userIds });
  }

  /** Who subscribed to a sender's event. */
  toSubscribers(event: string): PublisherTarget {
    return this.#target({ kind: 'event', names: [event] });
  }

  /** Closes the connection. What was sent has been handed over when its promise is fulfilled. */
  async close(): Promise<void> {
    this.#log.close();
    await this.#started;
    this.#connection.stop();
  }

  #target(audience: Audience): PublisherTarget {
    const channels = channelsOf(audience).map((channel) => this.#connection.key(channel));
    // A user has connections of one name only; who is in several rooms would hear each.
    const isShared = audience.kind === 'room' && channels.length > 1;
    return new PublisherTarget((message) => {
      const marked = { ...message, to: audience.names, id: `${this.#name}:${++this.#sent}` };
      return this.#publish(channels, JSON.stringify(isShared ? marked : message));
    });
  }

  async #publish(channels: readonly string[], payload: string): Promise<void> {
    this.#started ??= this.#connection.start();
    // Also later: a connection that was lost a moment ago mostly comes back at once.
    await firstValueFrom(
      race(this.#connection.isReady$.pipe(filter(Boolean)), timer(REPLY_TIMEOUT_MS)),
    );
    await Promise.all(channels.map((channel) => this.#connection.publish(channel, payload)));
  }
}
