import { GraceQueue } from './grace-queue.js';
import type { AnnouncedJoin, AnnouncedLeave, PresenceKey } from './presence-store.interface.js';

/** One user in one room, or anywhere, on this node: what is so, and what the store was told. */
export interface PresenceEntry extends PresenceKey {
  meta: string;
  /** Whether they have a connection there. */
  present: boolean;
  /** When they had the last one, by `performance.now()`. */
  leftAtMs: number;
  /** The meta that the store knows; `undefined` while it does not have the entry. */
  announced: string | undefined;
}

/** Changes that are to be told to the store, and the entries they are of. */
export interface Announcement {
  readonly joins: readonly AnnouncedJoin[];
  readonly leaves: readonly AnnouncedLeave[];
}

/** What this node has to say about its users, and what of it the store knows already. */
export class PresenceBook {
  readonly #rooms = new Map<string, Map<string, PresenceEntry>>();
  readonly #changed = new Set<PresenceEntry>();
  readonly #leaving: GraceQueue<PresenceEntry>;

  /** @param onChanged something is to be announced */
  constructor(
    graceMs: number,
    private readonly onChanged: () => void,
  ) {
    this.#leaving = new GraceQueue(graceMs, (entry) => this.#change(entry));
  }

  /** Whether something is to be announced. */
  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** A user is there, or still there with another meta. */
  enter(room: string, userId: string, meta: string): void {
    const users = this.#rooms.get(room) ?? new Map<string, PresenceEntry>();
    this.#rooms.set(room, users);
    const entry = users.get(userId);
    if (entry === undefined) {
      const created = { room, userId, meta, present: true, leftAtMs: 0, announced: undefined };
      users.set(userId, created);
      this.#change(created);
      return;
    }
    const unchanged = isWanted(entry, this.#leaving) && entry.meta === meta;
    this.#leaving.delete(entry);
    entry.present = true;
    entry.meta = meta;
    if (!unchanged) this.#change(entry);
  }

  /** A user has no connection there any more. @param withGrace whether they may come back for a while */
  exit(room: string, userId: string, withGrace: boolean): void {
    const entry = this.#rooms.get(room)?.get(userId);
    if (entry?.present !== true) return;
    entry.present = false;
    entry.leftAtMs = performance.now();
    if (withGrace) this.#leaving.add(entry);
    else this.#change(entry);
  }

  /** What a user's meta in a room is by now, if this node has the user there. */
  adopt(room: string, userId: string, meta: string): void {
    const entry = this.#rooms.get(room)?.get(userId);
    if (entry === undefined || this.#changed.has(entry)) return;
    if (entry.announced !== undefined) entry.announced = entry.meta = meta;
  }

  /** Takes out changes to announce them. */
  takeChanges(limit: number): Announcement {
    const joins: AnnouncedJoin[] = [];
    const leaves: AnnouncedLeave[] = [];
    for (const entry of this.#changed) {
      if (joins.length + leaves.length === limit) break;
      this.#changed.delete(entry);
      const { room, userId, meta, announced } = entry;
      if (isWanted(entry, this.#leaving)) {
        if (announced !== meta) joins.push({ room, userId, meta, known: false });
      } else if (announced === undefined) this.#delete(entry);
      else leaves.push({ room, userId, agoMs: Math.round(performance.now() - entry.leftAtMs) });
    }
    return { joins, leaves };
  }

  /** The store knows these changes now. */
  confirm({ joins, leaves }: Announcement): void {
    for (const { room, userId, meta } of joins) {
      const entry = this.#rooms.get(room)?.get(userId);
      if (entry !== undefined) entry.announced = meta;
    }
    for (const { room, userId } of leaves) {
      const entry = this.#rooms.get(room)?.get(userId);
      if (entry === undefined) continue;
      entry.announced = undefined;
      if (!isWanted(entry, this.#leaving) && !this.#changed.has(entry)) this.#delete(entry);
    }
  }

  /**
   * Everything that the store is to be told again, in pieces.
   *
   * @param isLost whether the store lost what it knew. If not, it gave this node up, and has seen everybody leave who has
   *   left meanwhile.
   */
  *restore(isLost: boolean, limit: number): Generator<Announcement> {
    let joins: AnnouncedJoin[] = [];
    for (const entry of this.#entries()) {
      const { room, userId, meta, announced } = entry;
      const wanted = isWanted(entry, this.#leaving);
      const known = announced !== undefined;
      if (!wanted && !isLost) entry.announced = undefined;
      // What was under way to the store when it failed may be in no list of changes any more.
      if (!wanted || (known && announced !== meta)) this.#changed.add(entry);
      if (!wanted && !(known && isLost)) continue;
      joins.push({ room, userId, meta: announced ?? meta, known });
      if (joins.length < limit) continue;
      yield { joins, leaves: [] };
      joins = [];
    }
    yield { joins, leaves: [] };
  }

  /** How many entries the store has to hold for this node when all is announced. */
  get announcedSize(): number {
    let size = 0;
    for (const { announced } of this.#entries()) if (announced !== undefined) size++;
    return size;
  }

  /** Entries that the store holds for this node and that this node never announced. */
  strangersAmong(held: readonly PresenceKey[]): AnnouncedLeave[] {
    return held
      .filter(({ room, userId }) => this.#rooms.get(room)?.get(userId)?.announced === undefined)
      .map(({ room, userId }) => ({ room, userId, agoMs: 0 }));
  }

  /** Forgets everything. */
  clear(): void {
    this.#leaving.clear();
    this.#changed.clear();
    this.#rooms.clear();
  }

  *#entries(): Generator<PresenceEntry> {
    for (const users of this.#rooms.values()) yield* users.values();
  }

  #change(entry: PresenceEntry): void {
    this.#changed.add(entry);
    this.onChanged();
  }

  #delete({ room, userId }: PresenceEntry): void {
    const users = this.#rooms.get(room);
    if (users?.delete(userId) === true && users.size === 0) this.#rooms.delete(room);
  }
}

function isWanted(entry: PresenceEntry, leaving: GraceQueue<PresenceEntry>): boolean {
  return entry.present || leaving.has(entry);
}
