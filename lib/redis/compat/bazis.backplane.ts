import { merge, type Observable, Subject } from 'rxjs';
import type { Audience, Backplane, Channel, ClusterMessage, Gap } from '../../backplane/index.js';
import { ConfigurationError } from '../../common/index.js';
import type { RedisBackplane } from '../backplane/index.js';
import type {
  NodeLease,
  ProblemLog,
  RedisConnection,
  RedisSubscriber,
} from '../connection/index.js';
import type { Counters } from '../counters.js';
import { bazisKey, isBazisPrefix } from './bazis-names.js';
import { readBazisPayload } from './bazis-payload.js';
import { BazisSessions } from './bazis-sessions.js';

/** What a payload of bazis-ws, which has no event, is sent to clients as. */
const EVENT = 'data';
/** The channel for everybody; a user with this id has no channel. */
const COMMON = 'common';
const USER = 'user:';

/**
 * A backplane that also listens where bazis-ws publishes, and keeps its keys of who is online: for everybody as soon as
 * this node listens for `all`, for a user as long as it listens for that user.
 */
export class BazisBackplane implements Backplane {
  readonly isAlone = false;
  readonly received$: Observable<ClusterMessage>;
  readonly gap$: Observable<Gap>;
  readonly #received = new Subject<ClusterMessage>();
  readonly #sessions: BazisSessions;
  readonly #leaving = new Set<string>();

  /** @throws ConfigurationError for a prefix that is the one of bazis-ws: its channels are no others' */
  constructor(
    private readonly own: RedisBackplane,
    connection: RedisConnection,
    private readonly subscriber: RedisSubscriber,
    lease: NodeLease,
    private readonly counters: Counters,
    private readonly log: ProblemLog,
  ) {
    if (isBazisPrefix(connection.prefix)) {
      throw new ConfigurationError(
        `With compat: 'bazis' the prefix cannot be "${connection.prefix}"`,
      );
    }
    this.received$ = merge(own.received$, this.#received);
    this.gap$ = own.gap$;
    this.#sessions = new BazisSessions(connection, lease, log);
    // Not at once: many come back.
    lease.renewed$.subscribe(() => this.#leave());
  }

  publish(message: ClusterMessage): void {
    this.own.publish(message);
  }

  flushed(): Promise<void> {
    return this.own.flushed();
  }

  async subscribe(channel: Channel): Promise<void> {
    await Promise.all([this.own.subscribe(channel), this.#enter(channel)]);
  }

  unsubscribe(channel: Channel): void {
    this.own.unsubscribe(channel);
    if (!channel.startsWith(USER)) return;
    const userId = channel.slice(USER.length);
    this.#sessions.close(userId);
    if (userId !== COMMON) this.#leaving.add(bazisKey(userId));
  }

  /** Drops what waits. @internal */
  stop(): void {
    this.own.stop();
  }

  async #enter(channel: Channel): Promise<void> {
    if (channel === 'all') {
      await this.#listen(COMMON, { kind: 'all', names: [] });
    } else if (channel.startsWith(USER)) {
      const userId = channel.slice(USER.length);
      this.#sessions.open(userId);
      if (userId !== COMMON) await this.#listen(userId, { kind: 'user', names: [userId] });
    }
  }

  #listen(name: string, audience: Audience): Promise<void> {
    const channel = bazisKey(name);
    this.#leaving.delete(channel);
    return this.subscriber.listen(channel, (payload) => this.#take(payload, audience));
  }

  #leave(): void {
    if (this.#leaving.size === 0) return;
    this.subscriber.ignore([...this.#leaving]);
    this.#leaving.clear();
  }

  #take(payload: Buffer, audience: Audience): void {
    const read = readBazisPayload(payload);
    if (typeof read === 'string') {
      this.counters.add(`rejected-${read}`);
      this.log.report(`a message on the channels of bazis-ws was not taken (${read})`);
      return;
    }
    this.counters.add('received');
    this.#received.next({ audience, action: { type: 'emit', event: EVENT, data: read.data } });
  }
}
