import { type Observable, Subject } from 'rxjs';
import { filter } from 'rxjs/operators';
import type { RedisDriverFactory } from '../driver/redis-driver.interface.js';
import type { ProblemLog } from './problem-log.js';
import { RedisLink } from './redis-link.js';

/** Gets what is published on a channel: the bytes, which are the receiver's to keep. */
export type ChannelListener = (payload: Buffer) => void;

/**
 * This node's connection for what others publish. What was listened to is listened to again when the connection comes
 * back; what was published meanwhile is lost, and {@link gap$} says so.
 */
export class RedisSubscriber {
  readonly #listeners = new Map<string, ChannelListener>();
  readonly #listening = new Map<string, Promise<void>>();
  // node-redis takes a channel that is about to be left for one that it listens to.
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #gap = new Subject<void>();
  /** Each time messages may have been lost; by then what comes from now on arrives. */
  readonly gap$: Observable<void> = this.#gap.asObservable();
  readonly #link: RedisLink;
  #isListening = false;
  #hasListened = false;

  /** @internal */
  constructor(createDriver: RedisDriverFactory, log: ProblemLog) {
    this.#link = new RedisLink(
      'the connection for subscriptions',
      createDriver,
      (channel, payload) => this.#listeners.get(channel)?.(payload),
      log,
    );
    this.#link.isReady$.pipe(filter(Boolean)).subscribe(() => this.#catchUp());
    this.#link.isReady$.pipe(filter((isReady) => !isReady)).subscribe(() => this.#forget());
  }

  /** Whether it listens to everything it should. */
  get isReady(): boolean {
    return this.#isListening;
  }

  /** Why it does not. */
  get lastError(): Error | undefined {
    return this.#link.lastError;
  }

  /**
   * Listens to a channel; each has one listener.
   *
   * @returns when what is published from now on arrives; without a connection at once. Never rejects
   */
  listen(channel: string, listener: ChannelListener): Promise<void> {
    this.#listeners.set(channel, listener);
    return this.#subscribe([channel]);
  }

  /** Stops listening to channels. */
  ignore(channels: readonly string[]): void {
    for (const channel of channels) {
      this.#listeners.delete(channel);
      this.#listening.delete(channel);
    }
    if (!this.#link.isReady) return;
    const left = this.#link
      .use((driver) => driver.unsubscribe(channels))
      // A failure is one of the connection, which then is made anew without them.
      .catch(() => undefined)
      .then(() => {
        for (const channel of channels) this.#leaving.delete(channel);
      });
    for (const channel of channels) this.#leaving.set(channel, left);
  }

  /** @internal */
  async start(): Promise<void> {
    await this.#link.start();
    await Promise.all(this.#listening.values());
  }

  /** @internal */
  stop(): void {
    this.#link.stop();
  }

  #subscribe(channels: readonly string[]): Promise<void> {
    if (!this.#link.isReady) return Promise.resolve();
    const present = channels.map((channel) => this.#listening.get(channel));
    const [only] = present;
    if (only !== undefined && present.length === 1) return only;
    const leaving = channels.flatMap((channel) => this.#leaving.get(channel) ?? []);
    const done = Promise.all(leaving)
      .then(() => this.#link.use((driver) => driver.subscribe(channels)))
      // Half a subscription would be a silent hole: the next connection has all of it.
      .catch((error: unknown) => this.#link.giveUp(error as Error));
    for (const channel of channels) this.#listening.set(channel, done);
    return done;
  }

  #catchUp(): void {
    const channels = [...this.#listeners.keys()];
    const done = channels.length === 0 ? Promise.resolve() : this.#subscribe(channels);
    void done.then(() => {
      if (!this.#link.isReady) return;
      this.#isListening = true;
      // The first time there is nothing that could have been missed.
      if (this.#hasListened) this.#gap.next();
      this.#hasListened = true;
    });
  }

  #forget(): void {
    this.#isListening = false;
    this.#listening.clear();
    this.#leaving.clear();
  }
}
