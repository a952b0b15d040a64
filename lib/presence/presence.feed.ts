import { type Observable, Subject, Subscription } from 'rxjs';
import type { PresencePosition, PresenceEvent, PresenceStore } from './presence-store.interface.js';

/** Before the first event. */
const NONE = -1;

/**
 * Passes on the events of the store, and notices those that are missing.
 *
 * A store that lost its data knows less than is so, until every node that is still there has announced its users again.
 * Meanwhile, and until it is clear whether it lost any, nobody is taken for gone.
 */
export class PresenceFeed {
  readonly #events = new Subject<PresenceEvent>();
  readonly #gaps = new Subject<void>();
  readonly #subscriptions = new Subscription();
  #epoch: string | undefined;
  /** The latest event that came. */
  #heard = NONE;
  /** Up to here no event is missing, or a gap was told. */
  #accounted = NONE;
  /** What the store has to have, unless it went back in time. */
  #floor = NONE;
  #isUnsure = false;
  #settling: NodeJS.Timeout | undefined;

  /** What happened, without the leaves that are not to be believed. */
  readonly events$: Observable<PresenceEvent> = this.#events.asObservable();
  /** Each time who is there has to be compared with what the store says. */
  readonly gaps$: Observable<void> = this.#gaps.asObservable();

  /** @param settleMs after which every node that is there has announced its users to a store that lost its data */
  constructor(
    store: PresenceStore,
    private readonly settleMs: number,
  ) {
    this.#subscriptions.add(store.events$.subscribe((event) => this.#take(event)));
    this.#subscriptions.add(store.returned$.subscribe(() => this.#doubt()));
  }

  /** Whether who is not in the store is gone. To be asked before the store is: its answer may come later than what it says. */
  get isSettled(): boolean {
    return !this.#isUnsure && this.#settling === undefined;
  }

  /** Whether who is not in what the store said at that moment is gone, if that was asked when it had settled. */
  trusts({ epoch, seq }: PresencePosition): boolean {
    return this.isSettled && epoch === this.#epoch && seq >= this.#floor;
  }

  /** Compares with where the store says it stands: the latest event may be among those that got lost. */
  check({ epoch, seq }: PresencePosition): void {
    const wasUnsure = this.#isUnsure;
    const arrived = this.#floor;
    this.#isUnsure = false;
    this.#floor = seq;
    if (this.#epoch === undefined) {
      this.#epoch = epoch;
      this.#accounted = seq;
      this.#gaps.next();
    } else if (epoch !== this.#epoch || seq < arrived) {
      this.#reset(epoch, seq);
      this.#gaps.next();
    } else if (wasUnsure || this.#accounted < arrived) {
      // What was there at the last check has arrived by now. What came since may still be under way.
      this.#accounted = Math.max(this.#accounted, arrived);
      this.#gaps.next();
    }
  }

  /** Nothing more comes. */
  stop(): void {
    this.#subscriptions.unsubscribe();
    clearTimeout(this.#settling);
    this.#events.complete();
    this.#gaps.complete();
  }

  #doubt(): void {
    this.#isUnsure = true;
    this.#floor = Math.max(this.#floor, this.#heard);
  }

  #take(event: PresenceEvent): void {
    const { epoch, seq } = event;
    const isFirst = this.#epoch === undefined;
    // An event that was there already: the store went back to an old copy of its data, and counts on from there.
    const isReset = !isFirst && (epoch !== this.#epoch || seq <= this.#heard);
    const isGap = isReset || (!isFirst && seq > this.#accounted + 1);
    if (isReset) this.#reset(epoch, seq);
    this.#epoch = epoch;
    this.#heard = seq;
    this.#accounted = Math.max(this.#accounted, seq);
    this.#events.next(this.isSettled ? event : { ...event, leaves: [] });
    if (isGap) this.#gaps.next();
  }

  #reset(epoch: string, seq: number): void {
    this.#epoch = epoch;
    this.#heard = NONE;
    this.#accounted = seq;
    this.#floor = seq;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      this.#gaps.next();
    }, this.settleMs).unref();
  }
}
