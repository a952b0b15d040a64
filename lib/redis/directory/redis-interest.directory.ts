import { type Observable, Subject } from 'rxjs';
import type { InterestDirectory } from '../../backplane/index.js';
import type {
  LeaseRenewal,
  NodeLease,
  ProblemLog,
  RedisConnection,
  RedisSubscriber,
} from '../connection/index.js';
import { NODE_DATA_MS } from '../redis.constants.js';

const PROBLEM =
  'the subscriptions of clients could not be told to the other nodes, or heard from them';

/** Is always there, so that an empty key can be told from a lost one. No event has this name. */
const MARK = '';
/** A node, and what it wants or does not want any more; without that, anything may have changed. */
const NEWS = /^([\w-]{22})(?:([+-])(.+))?$/s;

/**
 * What the clients of each node subscribed to, in one set for each node. A node that changes its set says so on a channel,
 * and the others read it anew besides; whatever they miss they read with the next renewal of their lease.
 */
export class RedisInterestDirectory implements InterestDirectory {
  readonly #own = new Set<string>();
  readonly #others = new Map<string, ReadonlySet<string>>();
  /** How often each node was asked after. */
  readonly #questions = new Map<string, number>();
  readonly #changed = new Subject<string>();
  readonly changed$: Observable<string> = this.#changed.asObservable();
  #isIncomplete = false;

  constructor(
    private readonly connection: RedisConnection,
    private readonly subscriber: RedisSubscriber,
    lease: NodeLease,
    private readonly log: ProblemLog,
  ) {
    lease.renewed$.subscribe((renewal) => void this.#renew(renewal));
    subscriber.gap$.subscribe(() => void this.#look(lease.alive));
  }

  async announce(event: string, isWanted: boolean): Promise<void> {
    if (isWanted) this.#own.add(event);
    else this.#own.delete(event);
    const key = this.#key();
    try {
      await Promise.all([
        this.connection.command(key, isWanted ? 'SADD' : 'SREM', key, event),
        this.connection.publish(
          this.#channel,
          `${this.connection.nodeId}${isWanted ? '+' : '-'}${event}`,
        ),
      ]);
    } catch (error) {
      this.#isIncomplete = true;
      this.log.report(PROBLEM, error);
    }
  }

  isWanted(event: string): boolean {
    for (const events of this.#others.values()) if (events.has(event)) return true;
    return false;
  }

  /** Begins to listen. To be called once. Never rejects. @internal */
  listen(): Promise<void> {
    return this.subscriber.listen(this.#channel, (payload) => {
      const [, node, sign, event = ''] = NEWS.exec(payload.toString()) ?? [];
      if (node === undefined || node === this.connection.nodeId) return;
      if (sign !== undefined) this.#apply(node, event, sign === '+');
      // What came in another order than it happened is put right.
      void this.#look([node]);
    });
  }

  /** Takes everything back. Never rejects. @internal */
  async stop(): Promise<void> {
    const key = this.#key();
    await Promise.all([
      this.connection.command(key, 'DEL', key),
      this.connection.publish(this.#channel, this.connection.nodeId),
    ]).catch(() => undefined);
  }

  async #renew({ isNew, alive }: LeaseRenewal): Promise<void> {
    const key = this.#key();
    try {
      const isLost = isNew || this.#isIncomplete;
      if (
        isLost ||
        (await this.connection.command(key, 'PEXPIRE', key, String(NODE_DATA_MS))) === 0
      ) {
        await this.#tellAll();
      }
    } catch (error) {
      this.#isIncomplete = true;
      this.log.report(PROBLEM, error);
    }
    await this.#look(alive);
    // A Redis that forgot this node forgot the others too: they are given the time to come back.
    if (!isNew) this.#keep(new Set(alive));
  }

  // All is sent in one turn of the event loop, in the order in which it is to happen.
  async #tellAll(): Promise<void> {
    const key = this.#key();
    this.#isIncomplete = false;
    await Promise.all([
      this.connection.command(key, 'DEL', key),
      this.connection.command(key, 'SADD', key, MARK, ...this.#own),
      this.connection.command(key, 'PEXPIRE', key, String(NODE_DATA_MS)),
      this.connection.publish(this.#channel, this.connection.nodeId),
    ]);
    this.log.resolved(PROBLEM, 'the nodes know the subscriptions of clients again');
  }

  // What was heard meanwhile is newer than the answer, and was followed by another question: only the last answer counts.
  async #look(nodes: Iterable<string>): Promise<void> {
    const others = [...nodes].filter((node) => node !== this.connection.nodeId);
    try {
      await Promise.all(
        others.map(async (node) => {
          const key = this.#key(node);
          const question = (this.#questions.get(node) ?? 0) + 1;
          this.#questions.set(node, question);
          const events = (await this.connection.command(key, 'SMEMBERS', key)) as string[];
          if (this.#questions.get(node) === question) this.#set(node, new Set(events));
        }),
      );
    } catch (error) {
      this.log.report(PROBLEM, error);
    }
  }

  #apply(node: string, event: string, isWanted: boolean): void {
    const events = new Set(this.#others.get(node));
    if (isWanted) events.add(event);
    else events.delete(event);
    this.#set(node, events);
  }

  #set(node: string, events: ReadonlySet<string>): void {
    const before = this.#others.get(node) ?? new Set<string>();
    if (events.size === 0) this.#others.delete(node);
    else this.#others.set(node, events);
    for (const event of before) if (!events.has(event)) this.#tell(event);
    for (const event of events) if (!before.has(event)) this.#tell(event);
  }

  #tell(event: string): void {
    if (event !== MARK) this.#changed.next(event);
  }

  #keep(alive: ReadonlySet<string>): void {
    for (const node of this.#others.keys()) if (!alive.has(node)) this.#set(node, new Set());
    for (const node of this.#questions.keys()) if (!alive.has(node)) this.#questions.delete(node);
  }

  get #channel(): string {
    return this.connection.key('interests');
  }

  #key(node: string = this.connection.nodeId): string {
    return this.connection.nodeKey('events', node);
  }
}
