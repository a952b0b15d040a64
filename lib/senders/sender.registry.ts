import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { BroadcastService, type BroadcastTarget } from '../broadcast/index.js';
import { BOUNCE_WS_OPTIONS, ConfigurationError } from '../common/index.js';
import type { SlowReaderPolicy } from '../connection/index.js';
import { isEventName, isReservedEvent, ReservedEvent } from '../protocol/index.js';
import type { AbstractSender } from './abstract-sender.js';
import { AbstractTimedSender } from './abstract-timed-sender.js';
import type { SenderOutlet } from './sender-outlet.interface.js';
import type { SendersOptions } from './senders.options.js';
import { ClusterSubscriptions } from './cluster-subscriptions.js';
import { SubscriptionRegistry, WILDCARD } from './subscription.registry.js';

type AnySender = AbstractSender<unknown, never>;

const POLICIES: Readonly<Record<SlowReaderPolicy, (target: BroadcastTarget) => BroadcastTarget>> = {
  disconnect: (target) => target,
  'drop-volatile': (target) => target.volatile(),
  coalesce: (target) => target.coalesce(),
};

/** All senders of the app by their event. Those among a module's providers are found at boot. */
@Injectable()
export class SenderRegistry implements OnModuleDestroy {
  readonly #logger = new Logger(SenderRegistry.name);
  readonly #senders = new Map<string, { readonly sender: AnySender; readonly owner: string }>();
  readonly #outlet: SenderOutlet;

  constructor(
    private readonly subscriptions: SubscriptionRegistry,
    cluster: ClusterSubscriptions,
    broadcast: BroadcastService,
    @Inject(BOUNCE_WS_OPTIONS) options: Required<SendersOptions>,
  ) {
    this.#outlet = {
      deliver: (event, data, reach, policy = options.slowReaders) => {
        const subscribers = broadcast.toSubscribers(event);
        POLICIES[policy](reach === 'node' ? subscribers.local() : subscribers).emit(event, data);
      },
      wanted$: (event, reach) => cluster.wanted$(event, reach),
      isWanted: (event, reach) => cluster.isWanted(event, reach),
      turn$: (event) => cluster.turn$(event),
      report: (event, error) => this.#report(event, error),
    };
  }

  /**
   * Adds a sender, and starts it if it is a timed one with `autoStart`. Clients with a `"*"` subscription get its events
   * from now on.
   *
   * @param owner - how errors name it, for instance `ChatGateway.tick`
   * @throws ConfigurationError for a name that is reserved, none, or taken
   */
  register(sender: AnySender, owner: string = sender.constructor.name): void {
    const { event } = sender;
    if (!canBeSent(event)) {
      throw new ConfigurationError(
        `${owner}: "${event}" cannot be the event of a sender: it is reserved or no event name`,
      );
    }
    const taken = this.#senders.get(event);
    if (taken !== undefined) {
      throw new ConfigurationError(
        `${owner}: the event "${event}" is sent by ${taken.owner} already`,
      );
    }
    if (sender.slowReaders !== undefined && !Object.hasOwn(POLICIES, sender.slowReaders)) {
      throw new ConfigurationError(
        `${owner}: slowReaders must be one of ${Object.keys(POLICIES).join(', ')}`,
      );
    }
    this.#senders.set(event, { sender, owner });
    this.subscriptions.declare(event);
    sender.attach(this.#outlet);
    if (sender instanceof AbstractTimedSender && sender.autoStart) sender.start();
  }

  /** The sender of an event. */
  get(event: string): AnySender | undefined {
    return this.#senders.get(event)?.sender;
  }

  /** The events that clients can subscribe to. */
  events(): string[] {
    return [...this.#senders.keys()];
  }

  /** Starts a timed sender. @throws ConfigurationError when there is none of that event */
  start(event: string): void {
    this.#timed(event).start();
  }

  /** Stops a timed sender. @throws ConfigurationError when there is none of that event */
  stop(event: string): void {
    this.#timed(event).stop();
  }

  /** Stops all senders. */
  onModuleDestroy(): void {
    for (const { sender } of this.#senders.values()) sender.detach();
  }

  #report(event: string, error: unknown): void {
    this.#logger.error(
      `The sender of "${event}" (${this.#senders.get(event)?.owner}) failed`,
      error instanceof Error ? error.stack : String(error),
    );
  }

  #timed(event: string): AbstractTimedSender {
    const sender: unknown = this.get(event);
    if (sender instanceof AbstractTimedSender) return sender;
    throw new ConfigurationError(`There is no timed sender of "${event}"`);
  }
}

// `ping` is free for handlers, but a message `ping` from the server means nothing to a client.
function canBeSent(event: string): boolean {
  return (
    isEventName(event) &&
    !isReservedEvent(event) &&
    event !== ReservedEvent.Ping &&
    event !== WILDCARD
  );
}
