import { ConfigurationError, isPromiseLike } from '../common/index.js';
import type { SlowReaderPolicy } from '../connection/index.js';
import type { SenderOutlet, SenderReach } from './sender-outlet.interface.js';

/**
 * A source of one event, sent when the app says so, to those clients that subscribed to it, on all nodes. Extend it, list the class
 * among a module's providers and inject it where {@link send} is called. The idea comes from bounce_ws.
 *
 * @typeParam TData - what is sent
 * @typeParam TArguments - what {@link send} takes and hands to {@link createMessageData}
 * @example
 * @Injectable()
 * export class NewsSender extends AbstractSender<{ text: string }, [text: string]> {
 *   readonly event = 'news';
 *   protected createMessageData(text: string) {
 *     return { text };
 *   }
 * }
 */
export abstract class AbstractSender<TData = unknown, TArguments extends readonly unknown[] = []> {
  /** The event that clients subscribe to; unique among all senders. */
  abstract readonly event: string;
  /** Whether {@link createMessageData} runs although nobody subscribes. @default false */
  readonly computeWhenIdle: boolean = false;
  /** What becomes of a message for a subscriber that is behind. @default the option `slowReaders` */
  readonly slowReaders?: SlowReaderPolicy | undefined;

  #outlet: SenderOutlet | undefined;

  /** Makes the payload of one message, at once or later. `undefined` sends nothing this time. */
  protected abstract createMessageData(
    ...args: TArguments
  ): TData | undefined | Promise<TData | undefined>;

  /**
   * Makes a message and sends it to all subscribers. While there are none nothing is made, unless
   * {@link computeWhenIdle} says so.
   *
   * @returns when the message was handed over. A failure of an asynchronous {@link createMessageData} rejects it and is
   *   logged too; a synchronous one is thrown here.
   * @throws ConfigurationError when this object is not among a module's providers
   */
  send(...args: TArguments): Promise<void> {
    const sent = this.produce(...args);
    if (sent === undefined) return DONE;
    sent.catch((error: unknown) => this.outlet.report(this.event, error));
    return sent;
  }

  /** Makes and hands over one message; only an asynchronous one has anything to wait for. @internal */
  protected produce(...args: TArguments): Promise<void> | undefined {
    if (!this.computeWhenIdle && !this.outlet.isWanted(this.event, this.reach)) return undefined;
    const data = this.createMessageData(...args);
    if (isPromiseLike(data)) return Promise.resolve(data).then((value) => this.#deliver(value));
    this.#deliver(data);
    return undefined;
  }

  /** Where the messages go. @throws ConfigurationError before the app is bootstrapped */
  protected get outlet(): SenderOutlet {
    if (this.#outlet !== undefined) return this.#outlet;
    throw new ConfigurationError(
      `${this.constructor.name} is not registered: list it among a module's providers, and send after the app is up`,
    );
  }

  /** Whose subscribers get the messages. @internal */
  protected get reach(): SenderReach {
    return 'cluster';
  }

  /** Called by the registry. @internal */
  attach(outlet: SenderOutlet): void {
    this.#outlet = outlet;
  }

  /** Called by the registry when the app shuts down. @internal */
  detach(): void {
    // Overridden by senders that hold a timer.
  }

  #deliver(data: TData | undefined): void {
    if (data !== undefined) this.outlet.deliver(this.event, data, this.reach, this.slowReaders);
  }
}

const DONE = Promise.resolve();
