import { type Observable, Subject } from 'rxjs';
import {
  ANYWHERE,
  type PresenceEvent,
  type PresenceKey,
  type PresenceJoin,
  type PresenceStore,
} from './presence-store.interface.js';

/** A user came online on the first of their connections, or went offline with the last. */
export interface PresenceChange {
  readonly userId: string;
  readonly online: boolean;
}

/** What happened in rooms. */
export interface RoomChanges {
  readonly epoch: string;
  readonly seq: number;
  readonly joins: readonly PresenceJoin[];
  readonly leaves: readonly PresenceKey[];
}

/** Events that got lost. */
export interface PresenceGap {
  /** Whether the store lost its data, so that for a while it knows less than is so. */
  readonly isReset: boolean;
}

/** Sorts the events of the store: users, rooms, nodes that say goodbye; and notices those that are missing. */
export class PresenceFeed {
  readonly #changes = new Subject<PresenceChange>();
  readonly #rooms = new Subject<RoomChanges>();
  readonly #retiring = new Subject<{ node: string; graceMs: number }>();
  readonly #gaps = new Subject<PresenceGap>();
  #epoch: string | undefined;
  #seq = 0;
  #checked: { readonly epoch: string; readonly seq: number } | undefined;

  readonly changes$: Observable<PresenceChange> = this.#changes.asObservable();
  readonly rooms$: Observable<RoomChanges> = this.#rooms.asObservable();
  readonly retiring$: Observable<{ node: string; graceMs: number }> = this.#retiring.asObservable();
  readonly gaps$: Observable<PresenceGap> = this.#gaps.asObservable();

  constructor(store: PresenceStore) {
    store.events$.subscribe((event) => this.#take(event));
    // Whether it lost its data shows only later: until then nobody is taken for gone.
    store.returned$.subscribe(() => this.#gaps.next({ isReset: true }));
  }

  /** Compares with where the store says it stands: the latest event may be among those that got lost. */
  check(epoch: string, seq: number): void {
    const last = this.#checked;
    this.#checked = { epoch, seq };
    if (last?.epoch === epoch) {
      // What was there at the last check has arrived by now. What came since may still be under way.
      if (this.#epoch !== epoch || this.#seq < last.seq) this.#skipTo(epoch, last.seq, false);
    } else if (this.#epoch !== undefined && this.#epoch !== epoch) this.#skipTo(epoch, 0, true);
  }

  /** Nothing more comes. */
  complete(): void {
    this.#changes.complete();
    this.#rooms.complete();
  }

  #take({ epoch, seq, joins, leaves, retiring }: PresenceEvent): void {
    const isFirst = this.#epoch === undefined;
    const isReset = !isFirst && epoch !== this.#epoch;
    const isGap = isReset || (!isFirst && seq > this.#seq + 1);
    if (!isFirst && !isReset && seq <= this.#seq) return;
    this.#epoch = epoch;
    this.#seq = seq;
    for (const { room, userId } of joins) {
      if (room === ANYWHERE) this.#changes.next({ userId, online: true });
    }
    for (const { room, userId } of leaves) {
      if (room === ANYWHERE) this.#changes.next({ userId, online: false });
    }
    this.#rooms.next({ epoch, seq, joins, leaves });
    if (retiring !== undefined) this.#retiring.next(retiring);
    if (isGap) this.#gaps.next({ isReset });
  }

  #skipTo(epoch: string, seq: number, isReset: boolean): void {
    const isFirst = this.#epoch === undefined;
    this.#epoch = epoch;
    this.#seq = seq;
    if (!isFirst) this.#gaps.next({ isReset });
  }
}
