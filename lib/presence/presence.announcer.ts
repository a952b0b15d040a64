import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Observable, Subject, type Subscription } from 'rxjs';
import { type Announcement, PresenceBook } from './presence-book.js';
import type { ResolvedPresenceSettings } from './presence.options.js';
import type {
  LeaseReceipt,
  PresenceReceipt,
  PresenceStore,
  PresenceUpdate,
} from './presence-store.interface.js';
import { ReapList } from './reap-list.js';

const BATCH = 500;
const RENEWALS_PER_LEASE = 2;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/**
 * Tells the store what is so on this node, keeps the node's lease, and reaps nodes that lost theirs. Everything goes through
 * one line: one call at a time, what changes meanwhile makes up the next one. A store that cannot be reached is tried
 * again, later each time; nothing piles up but the difference.
 */
export class PresenceAnnouncer {
  readonly book: PresenceBook;

  readonly #logger = new Logger('BounceWs');
  readonly #renewed = new Subject<LeaseReceipt>();
  readonly #restored = new Subject<PresenceReceipt>();
  readonly #reapList = new ReapList(() => this.#wake());
  #version = 0;
  #epoch = '';
  #held = false;
  #isLost = false;
  #renewDue = false;
  #renewalsInTime = 0;
  #unconfirmed: PresenceUpdate | undefined;
  #step: Promise<void> | undefined;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #returns: Subscription | undefined;
  #stopped = true;

  /** Each time the lease was renewed. */
  readonly renewed$: Observable<LeaseReceipt> = this.#renewed.asObservable();
  /** Each time everything was announced anew, at the start too. */
  readonly restored$: Observable<PresenceReceipt> = this.#restored.asObservable();

  constructor(
    private readonly store: PresenceStore,
    private readonly node: string,
    private readonly settings: ResolvedPresenceSettings,
  ) {
    this.book = new PresenceBook(settings.graceMs, () => this.#wake());
  }

  /** Begins; what the book had before is announced now. */
  start(): void {
    this.#stopped = false;
    const everyMs = this.settings.leaseMs / RENEWALS_PER_LEASE;
    this.#renewal = setInterval(() => this.#renewNow(), everyMs).unref();
    this.#returns = this.store.returned$.subscribe(() => {
      clearTimeout(this.#retry);
      this.#retry = undefined;
      this.#renewNow();
    });
    this.#wake();
  }

  /** Waits until the store was told what has changed so far, or could not be. */
  async settled(): Promise<void> {
    // The step that is under way may have begun before the latest change; the one after it did not.
    for (let steps = 0; steps < 2 && this.#step !== undefined; steps++) await this.#step;
  }

  /** Takes away, after a grace, what a node left behind that said goodbye. */
  reapAfter(node: string, graceMs: number): void {
    if (node !== this.node && !this.#stopped) this.#reapList.addAfter(node, graceMs);
  }

  /**
   * Says goodbye: this node's users have the grace to come back elsewhere.
   *
   * @param withinMs how long it may take to announce what changed last
   */
  async stop(withinMs: number): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#renewal);
    this.#returns?.unsubscribe();
    clearTimeout(this.#retry);
    const deadline = performance.now() + withinMs;
    await this.#step;
    try {
      await this.#announceRest(deadline);
    } catch (error) {
      this.#logger.warn(`What changed last on this node is not announced: ${textOf(error)}`);
    }
    this.book.clear();
    try {
      const left = await this.store.retire(this.node, this.settings.graceMs);
      for (const node of left) this.#reapList.add(node);
      await this.#reapList.reap(this.store);
    } catch (error) {
      this.#logger.warn(`This node's users stay online until its lease ends: ${textOf(error)}`);
    }
  }

  async #announceRest(deadline: number): Promise<void> {
    this.#renewDue = false;
    // That is for the other nodes to do.
    this.#reapList.clear();
    // A store that lost this node's users, or gave them up, is not told of them again just to see them go.
    while (this.#held && this.#hasWork) {
      await this.#next();
      if (this.#hasWork && performance.now() > deadline) throw new Error('there is no time left');
    }
  }

  #renewNow(): void {
    this.#renewDue = true;
    this.#wake();
  }

  #wake(): void {
    if (this.#stopped || this.#step !== undefined || this.#retry !== undefined) return;
    this.#step = this.#run();
  }

  async #run(): Promise<void> {
    // What else changes in this turn goes with it.
    await turn();
    try {
      await this.#next();
      if (this.#failures > 0) this.#logger.log('Presence is announced again');
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
    }
    this.#step = undefined;
    if (this.#hasWork) this.#wake();
  }

  get #hasWork(): boolean {
    return (
      !this.#held ||
      this.#renewDue ||
      this.#unconfirmed !== undefined ||
      !this.#reapList.isEmpty ||
      this.book.hasChanges
    );
  }

  async #next(): Promise<void> {
    if (!this.#held) await this.#restore();
    else if (this.#renewDue) await this.#renew();
    else if (this.#unconfirmed !== undefined) await this.#send(this.#unconfirmed);
    else if (!this.#reapList.isEmpty) await this.#reapList.reap(this.store);
    else await this.#announce(this.book.takeChanges(BATCH));
  }

  async #announce(changes: Announcement): Promise<void> {
    if (changes.joins.length + changes.leaves.length > 0) await this.#send(this.#update(changes));
  }

  async #send(update: PresenceUpdate): Promise<void> {
    this.#unconfirmed = update;
    const receipt = await this.store.update(this.node, update);
    this.#unconfirmed = undefined;
    if (this.#isHeld(receipt)) this.book.confirm(update);
  }

  async #restore(): Promise<void> {
    this.#unconfirmed = undefined;
    this.#renewalsInTime = 0;
    // Whatever makes it due from here on may have come after what is told below.
    this.#renewDue = false;
    let receipt: PresenceReceipt | undefined;
    for (const piece of this.book.restore(this.#isLost, BATCH)) {
      const update = this.#update(piece, true);
      receipt = await this.store.update(this.node, update);
      this.book.confirm(update);
      this.#epoch = receipt.epoch;
    }
    this.#held = true;
    if (receipt?.size !== this.book.announcedSize) await this.#removeStrangers();
    if (receipt !== undefined) this.#restored.next(receipt);
  }

  // A store that came back from an old copy of its data has entries that nobody remembers.
  async #removeStrangers(): Promise<void> {
    const held = await this.store.heldBy(this.node);
    await this.#announce({ joins: [], leaves: this.book.strangersAmong(held) });
  }

  #update({ joins, leaves }: Announcement, restoring = false): PresenceUpdate {
    const { leaseMs } = this.settings;
    return { version: ++this.#version, restoring, leaseMs, joins, leaves };
  }

  async #renew(): Promise<void> {
    const { leaseMs, lastSeenTtlMs } = this.settings;
    this.#renewDue = false;
    let receipt: LeaseReceipt;
    try {
      receipt = await this.store.renew(this.node, this.#version, leaseMs, lastSeenTtlMs);
    } catch (error) {
      this.#renewDue = true;
      throw error;
    }
    if (!this.#isHeld(receipt)) return;
    // When this node's own lease ran out, the store was away, and the others may not have had their turn yet: no verdict.
    this.#renewalsInTime = receipt.late ? 0 : this.#renewalsInTime + 1;
    if (this.#renewalsInTime >= RENEWALS_PER_LEASE) {
      for (const node of receipt.expired) this.#reapList.add(node);
    }
    this.#renewed.next(receipt);
  }

  #isHeld({ held, epoch }: PresenceReceipt): boolean {
    this.#held = held;
    this.#isLost = !held && epoch !== this.#epoch;
    if (held) this.#epoch = epoch;
    return held;
  }

  #failed(error: unknown): void {
    if (this.#failures === 0) {
      this.#logger.warn(`Presence cannot be announced and is tried again: ${textOf(error)}`);
    }
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures++;
    if (this.#stopped) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#wake();
    }, delayMs).unref();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
