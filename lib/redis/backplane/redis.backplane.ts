import { type Observable, Subject } from 'rxjs';
import {
  type Backplane,
  type Channel,
  channelsOf,
  type ClusterMessage,
  type Gap,
} from '../../backplane/index.js';
import type {
  NodeLease,
  ProblemLog,
  RedisConnection,
  RedisSubscriber,
} from '../connection/index.js';
import type { Counters } from '../counters.js';
import { Intake } from './intake.js';
import { writeNodeMessage } from './node-message.js';
import { Numbering } from './numbering.js';
import { Outbox } from './outbox.js';

/** How long a channel is listened to when nobody needs it any more, in milliseconds: many come back at once. */
const LINGER_MS = 1_000;

/** A {@link Backplane} on Redis' publish and subscribe: one channel for each audience, numbered messages. */
export class RedisBackplane implements Backplane {
  readonly isAlone = false;
  readonly received$: Observable<ClusterMessage>;
  readonly gap$: Observable<Gap>;
  readonly #outbox: Outbox;
  readonly #intake: Intake;
  readonly #numbering: Numbering;
  readonly #leaving = new Set<Channel>();
  #linger: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly subscriber: RedisSubscriber,
    lease: NodeLease,
    counters: Counters,
    log: ProblemLog,
  ) {
    const gap = new Subject<Gap>();
    this.gap$ = gap.asObservable();
    this.#numbering = new Numbering(connection.nodeId);
    this.#outbox = new Outbox(connection, counters, log);
    this.#intake = new Intake(connection.nodeId, this.#numbering, lease, counters, log, gap);
    this.received$ = this.#intake.received$;
    subscriber.gap$.subscribe(() => this.#intake.wasAway());
  }

  publish(message: ClusterMessage): void {
    const channels = channelsOf(message.audience);
    for (const [index, origin] of this.#numbering.next(channels).entries()) {
      this.#outbox.put(this.#name(channels[index]!), writeNodeMessage(origin, message));
    }
  }

  flushed(): Promise<void> {
    return this.#outbox.flushed();
  }

  subscribe(channel: Channel): Promise<void> {
    this.#leaving.delete(channel);
    const listener = this.#intake.open(channel);
    return this.subscriber.listen(this.#name(channel), listener);
  }

  unsubscribe(channel: Channel): void {
    this.#leaving.add(channel);
    this.#linger ??= setTimeout(() => this.#leave(), LINGER_MS);
  }

  /** Drops what waits. @internal */
  stop(): void {
    clearTimeout(this.#linger);
    this.#outbox.stop();
  }

  #leave(): void {
    this.#linger = undefined;
    const channels = [...this.#leaving];
    this.#leaving.clear();
    if (channels.length === 0) return;
    for (const channel of channels) this.#intake.close(channel);
    this.subscriber.ignore(channels.map((channel) => this.#name(channel)));
  }

  #name(channel: Channel): string {
    return this.connection.key(channel);
  }
}
