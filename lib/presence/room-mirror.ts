import type {
  PresencePosition,
  PresenceJoin,
  PresenceKey,
  RoomSnapshot,
} from './presence-store.interface.js';

/** What happened in a room. */
export interface RoomChanges extends PresencePosition {
  readonly joins: readonly PresenceJoin[];
  readonly leaves: readonly PresenceKey[];
}

/** A change of one room that its members are told, in the words of the wire. */
export interface PresenceDiff {
  readonly room: string;
  readonly joins: readonly { readonly user: string; readonly meta: unknown }[];
  readonly leaves: readonly { readonly user: string }[];
}

/** The presence of a room as its members were told: `presence_state`. */
export interface PresenceState {
  readonly room: string;
  readonly members: readonly { readonly user: string; readonly meta: unknown }[];
}

/**
 * Who is in a room, kept up to date by events, and what of it the members were not told yet. What comes and goes again
 * between two tellings leaves no trace.
 */
export class RoomMirror {
  readonly #members = new Map<string, string>();
  /** Of users who changed since the last {@link takeDiff}: the meta that was told, `undefined` for nobody there. */
  readonly #told = new Map<string, string | undefined>();
  #at: PresencePosition | undefined;
  #isFilled = false;
  /** Events that came since a snapshot was asked for: it may be older than they are. */
  #sinceAsked: RoomChanges[] | undefined;

  constructor(readonly room: string) {}

  /** Whether a user is there. */
  has(userId: string): boolean {
    return this.#members.has(userId);
  }

  /** Whether there is something to tell. */
  get isChanged(): boolean {
    return this.#told.size > 0;
  }

  /** Takes one event; those that the last snapshot has in it already change nothing. */
  apply(event: RoomChanges): void {
    this.#sinceAsked?.push(event);
    if (isIn(this.#at, event)) return;
    this.#at = event;
    for (const { userId, meta } of event.joins) this.#set(userId, meta);
    for (const { userId } of event.leaves) this.#set(userId, undefined);
  }

  /** A snapshot is asked for now. */
  expectSnapshot(): void {
    this.#sinceAsked = [];
  }

  /**
   * Takes the whole state.
   *
   * @param isSettled whether the store can be believed; one that lost its data, or went back to an old copy, knows less than
   *   is so and more, and is only good to begin with
   */
  replace(snapshot: RoomSnapshot, isSettled: boolean): void {
    const present = new Map(snapshot.members.map(({ userId, meta }) => [userId, meta]));
    if (isSettled || !this.#isFilled) {
      for (const [userId, meta] of present) this.#set(userId, meta);
    }
    for (const userId of isSettled ? [...this.#members.keys()] : []) {
      if (!present.has(userId)) this.#set(userId, undefined);
    }
    this.#isFilled = true;
    this.#at = snapshot;
    const later = this.#sinceAsked ?? [];
    this.#sinceAsked = undefined;
    for (const event of later) this.apply(event);
  }

  /** What changed since the last call; `undefined` when it cancels itself out. */
  takeDiff(): PresenceDiff | undefined {
    const joins: { user: string; meta: unknown }[] = [];
    const leaves: { user: string }[] = [];
    for (const [user, told] of this.#told) {
      const meta = this.#members.get(user);
      if (meta === told) continue;
      if (meta === undefined) leaves.push({ user });
      else joins.push({ user, meta: JSON.parse(meta) });
    }
    this.#told.clear();
    return joins.length + leaves.length === 0 ? undefined : { room: this.room, joins, leaves };
  }

  /** Who is there. */
  state(): PresenceState {
    const members = Array.from(this.#members, ([user, meta]) => ({
      user,
      meta: JSON.parse(meta) as unknown,
    }));
    return { room: this.room, members };
  }

  #set(userId: string, meta: string | undefined): void {
    const before = this.#members.get(userId);
    if (before === meta) return;
    if (!this.#told.has(userId)) this.#told.set(userId, before);
    if (meta === undefined) this.#members.delete(userId);
    else this.#members.set(userId, meta);
  }
}

function isIn(at: PresencePosition | undefined, { epoch, seq }: PresencePosition): boolean {
  return at?.epoch === epoch && seq <= at.seq;
}
