import { Inject, Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import type { SubscriberSource } from '../broadcast/index.js';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import { type BounceSocket, ConnectionRegistry } from '../connection/index.js';
import { BounceWsError } from '../protocol/index.js';
import type { SendersOptions } from './senders.options.js';

/** Stands for every event, those of senders that come later included. */
export const WILDCARD = '*';

interface Subscriptions {
  /** Whether events that come later are wanted too. */
  wildcard: boolean;
  readonly events: Set<string>;
}

/** Who wants which sender's event. What a subscription stands for is worked out when it changes, not at each message. */
@Injectable()
export class SubscriptionRegistry implements SubscriberSource {
  readonly #subscribers = new Map<string, Set<BounceSocket<object>>>();
  readonly #subscriptions = new Map<BounceSocket<object>, Subscriptions>();
  readonly #changed = new Subject<string>();

  /** Each event whose subscribers have changed. */
  readonly changed$: Observable<string> = this.#changed.asObservable();

  constructor(
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: Required<SendersOptions>,
    connections: ConnectionRegistry,
  ) {
    connections.opened$.subscribe((socket) => {
      if (socket.codec.subscribesToAll === true) this.subscribe(socket, [WILDCARD]);
    });
    connections.closed$.subscribe(({ socket }) => this.#forget(socket));
  }

  /** Makes an event known, so that it can be subscribed to. */
  declare(event: string): void {
    this.#subscribers.set(event, new Set());
    for (const [socket, { wildcard, events }] of this.#subscriptions) {
      if (wildcard) this.#add(socket, events, event);
    }
  }

  subscribers(event: string): ReadonlySet<BounceSocket<object>> {
    return this.#subscribers.get(event) ?? new Set();
  }

  /**
   * Subscribes a socket: to all names, or, when one of them is unknown or too many, to none.
   *
   * @returns the names it is subscribed to now
   * @throws BounceWsError `unknown_event` with the unknown names, `limit_exceeded`
   */
  subscribe(socket: BounceSocket<object>, names: readonly string[]): string[] {
    const unknown = names.filter((name) => name !== WILDCARD && !this.#subscribers.has(name));
    if (unknown.length > 0) {
      throw new BounceWsError('unknown_event', undefined, {
        details: { events: [...new Set(unknown)] },
      });
    }
    if (socket.closed) return [];
    const subscriptions = this.#subscriptions.get(socket) ?? { wildcard: false, events: new Set() };
    const wildcard = names.includes(WILDCARD);
    const wanted = wildcard ? [...this.#subscribers.keys()] : names;
    // The wildcard is one wish, however many senders there are.
    if (!wildcard) this.#assertRoomFor(subscriptions.events, wanted);
    subscriptions.wildcard ||= wildcard;
    this.#subscriptions.set(socket, subscriptions);
    for (const event of wanted) this.#add(socket, subscriptions.events, event);
    return this.list(socket);
  }

  /** Ends subscriptions; a name that is not subscribed is no error. @returns the names that are left */
  unsubscribe(socket: BounceSocket<object>, names: readonly string[]): string[] {
    const subscriptions = this.#subscriptions.get(socket);
    if (subscriptions === undefined) return [];
    const everything = names.includes(WILDCARD);
    if (everything) subscriptions.wildcard = false;
    for (const event of everything ? [...subscriptions.events] : names) {
      this.#remove(socket, subscriptions.events, event);
    }
    if (!subscriptions.wildcard && subscriptions.events.size === 0) {
      this.#subscriptions.delete(socket);
    }
    return this.list(socket);
  }

  /** The names a socket is subscribed to, sorted, with `"*"` in front when later ones are included. */
  list(socket: BounceSocket<object>): string[] {
    const subscriptions = this.#subscriptions.get(socket);
    if (subscriptions === undefined) return [];
    const events = [...subscriptions.events].toSorted();
    return subscriptions.wildcard ? [WILDCARD, ...events] : events;
  }

  #assertRoomFor(present: ReadonlySet<string>, wanted: readonly string[]): void {
    const max = this.options.subscriptionsPerConnection;
    if (wanted.every((event) => present.has(event))) return;
    if (new Set([...present, ...wanted]).size <= max) return;
    throw new BounceWsError('limit_exceeded', undefined, {
      details: { limit: 'subscriptionsPerConnection', max },
    });
  }

  #add(socket: BounceSocket<object>, events: Set<string>, event: string): void {
    events.add(event);
    this.#subscribers.get(event)?.add(socket);
    this.#changed.next(event);
  }

  #remove(socket: BounceSocket<object>, events: Set<string>, event: string): void {
    if (!events.delete(event)) return;
    this.#subscribers.get(event)?.delete(socket);
    this.#changed.next(event);
  }

  #forget(socket: BounceSocket<object>): void {
    const subscriptions = this.#subscriptions.get(socket);
    this.#subscriptions.delete(socket);
    for (const event of subscriptions?.events ?? []) {
      this.#subscribers.get(event)?.delete(socket);
      this.#changed.next(event);
    }
  }
}
