import { Observable, Subject } from 'rxjs';
import type { PresenceFeed } from './presence.feed.js';
import {
  ANYWHERE,
  type PresencePosition,
  type PresenceEvent,
  type PresenceStore,
} from './presence-store.interface.js';

const PAGE = 1_000;

/** A user came online on the first of their connections, or went offline with the last. */
export interface PresenceChange {
  readonly userId: string;
  readonly online: boolean;
}

/** All users that the store says are online. */
interface Everybody {
  readonly userIds: ReadonlySet<string>;
  /** Of the latest page. */
  readonly at: PresencePosition;
  /** Whether it can be believed: who is not among them is gone, and who is among them is there. */
  readonly isSettled: boolean;
}

/**
 * Who was told to be online: makes of the events of the store, and after a gap of all that it knows, each change once. It
 * is kept from when somebody first listens.
 */
export class OnlineRoster {
  readonly #online = new Set<string>();
  readonly #changes = new Subject<PresenceChange>();
  /** Where the roster was filled for the first time; events up to there say more than it knows. */
  #since: PresencePosition | undefined;
  /** While it is compared: users of whom events came meanwhile. */
  #touched: Set<string> | undefined;
  #isKept = false;
  #isStopped = false;
  #isDue = false;

  readonly changes$ = new Observable<PresenceChange>((subscriber) => {
    const subscription = this.#changes.subscribe(subscriber);
    if (!this.#isKept) {
      this.#isKept = true;
      this.#compareNow();
    }
    return subscription;
  });

  constructor(
    private readonly store: PresenceStore,
    private readonly feed: PresenceFeed,
  ) {
    feed.events$.subscribe((event) => this.#take(event));
    feed.gaps$.subscribe(() => this.#compareNow());
  }

  /** The store can be reached: makes up for a comparison that failed. */
  retry(): void {
    if (this.#isDue) this.#compareNow();
  }

  /** Nothing more comes. */
  stop(): void {
    this.#isStopped = true;
    this.#changes.complete();
    this.#online.clear();
  }

  #take({ epoch, seq, joins, leaves }: PresenceEvent): void {
    if (!this.#isKept) return;
    const since = this.#since;
    const isFilled = since !== undefined;
    // Who is in the roster already may be there because of the very event that comes now.
    const isOld = isFilled && epoch === since.epoch && seq <= since.seq;
    for (const { room, userId, known } of joins) {
      if (room !== ANYWHERE) continue;
      this.#set(userId, true, isOld || (!isFilled && known) ? !known : undefined);
    }
    for (const { room, userId } of leaves) {
      if (room === ANYWHERE) this.#set(userId, false, isOld || !isFilled ? true : undefined);
    }
  }

  /** @param isNews whether to tell it; by default when the roster did not know it */
  #set(userId: string, online: boolean, isNews = this.#online.has(userId) !== online): void {
    this.#touched?.add(userId);
    if (online) this.#online.add(userId);
    else this.#online.delete(userId);
    if (isNews) this.#changes.next({ userId, online });
  }

  #compareNow(): void {
    this.#isDue = true;
    if (this.#isKept && !this.#isStopped && this.#touched === undefined) void this.#compare();
  }

  async #compare(): Promise<void> {
    let isDone = false;
    try {
      while (this.#isDue) {
        this.#isDue = false;
        this.#touched = new Set();
        const everybody = await this.#readAll();
        isDone = everybody.isSettled;
        if (isDone) this.#adjust(everybody, this.#touched);
      }
    } catch {
      // The announcer logs that the store is away. When the lease is renewed, it is back.
      isDone = false;
    }
    // A store that lost its data, or went back to an old copy, knows less than is so and more: until it has settled, nothing
    // is made of what it says, and each renewal of the lease tries again.
    this.#isDue = !isDone;
    this.#touched = undefined;
  }

  async #readAll(): Promise<Everybody> {
    const userIds = new Set<string>();
    let { isSettled } = this.feed;
    let page = await this.store.list(PAGE, null);
    for (;;) {
      for (const userId of page.userIds) userIds.add(userId);
      isSettled &&= this.feed.trusts(page);
      if (page.userIds.length < PAGE) return { userIds, at: page, isSettled };
      page = await this.store.list(PAGE, page.userIds.at(-1)!);
    }
  }

  #adjust({ userIds, at }: Everybody, touched: ReadonlySet<string>): void {
    if (this.#isStopped) return;
    const isFirst = this.#since === undefined;
    for (const userId of userIds) {
      if (touched.has(userId)) continue;
      // Who was there before anybody listened has not come.
      this.#set(userId, true, isFirst ? false : undefined);
    }
    for (const userId of this.#online) {
      if (!userIds.has(userId) && !touched.has(userId)) this.#set(userId, false);
    }
    this.#since ??= { epoch: at.epoch, seq: at.seq };
  }
}
