import type { Observable } from 'rxjs';

/** In the place of a room's name: the user is online, wherever they are. No room has this name. */
export const ANYWHERE = '';

/** A user in a room, or {@link ANYWHERE}. */
export interface PresenceKey {
  readonly room: string;
  readonly userId: string;
}

/** A user who is there. */
export interface PresenceJoin extends PresenceKey {
  /** What the app says about the user in this room: JSON text. `''` for {@link ANYWHERE}. */
  readonly meta: string;
}

/** A {@link PresenceJoin} as a node tells it to the store. */
export interface AnnouncedJoin extends PresenceJoin {
  /**
   * The node had announced this before and is only repeating it, because the store lost it or gave the node up. A meta that
   * the store has already is then not replaced.
   */
  readonly known: boolean;
}

/** A user who is there no more, as a node tells it to the store. */
export interface AnnouncedLeave extends PresenceKey {
  /** Milliseconds since their last connection to the node closed. */
  readonly agoMs: number;
}

/** What changed on one node. */
export interface PresenceUpdate {
  /** Counts the updates of a node. A repeated one has the number it had the first time. */
  readonly version: number;
  /** Taken whatever {@link version} the store knows, and gives the node a lease of {@link leaseMs}. */
  readonly restoring: boolean;
  readonly leaseMs: number;
  readonly joins: readonly AnnouncedJoin[];
  readonly leaves: readonly AnnouncedLeave[];
}

/** Where the store stands after a call. */
export interface PresenceReceipt {
  /** Whether the store knows everything that the node announced before. If not, nothing was done: the node restores. */
  readonly held: boolean;
  /** Differs from the one before when the store lost its data in between; `''` while it is empty. */
  readonly epoch: string;
  /** The number of the latest event. */
  readonly seq: number;
  /** How many entries the store holds for the node. */
  readonly size: number;
}

/** What a node learns when it renews its lease. */
export interface LeaseReceipt extends PresenceReceipt {
  /** Whether the lease had run out before it was renewed. */
  readonly late: boolean;
  /** The nodes whose lease has run out and who were not reaped yet. */
  readonly expired: readonly string[];
}

/** Where in the order of all events something stands. */
export interface PresencePosition {
  readonly epoch: string;
  readonly seq: number;
}

/** One change of what the store knows. */
export interface PresenceEvent extends PresencePosition {
  readonly epoch: string;
  /** Rises by one from event to event of an {@link epoch}, so that one that got lost is noticed. */
  readonly seq: number;
  /**
   * Users who were nowhere before, and members of rooms who are new there or whose meta changed; as `known` those that
   * the store had lost and is told again, which is no change for who remembers them.
   */
  readonly joins: readonly AnnouncedJoin[];
  /** Users who are nowhere any more, and members who left their room on all nodes. */
  readonly leaves: readonly PresenceKey[];
  /** A node that says goodbye, and how long its users have to come back. */
  readonly retiring?: { readonly node: string; readonly graceMs: number };
}

/** The presence of a room at the event {@link seq}. */
export interface RoomSnapshot extends PresencePosition {
  readonly members: readonly { readonly userId: string; readonly meta: string }[];
}

/** Some of the users who are online at the event {@link seq}. */
export interface UserPage extends PresencePosition {
  readonly userIds: readonly string[];
}

/**
 * Keeps which users are on which node, for all nodes together. Every node says what is so on itself, under a lease; the
 * store makes of it who is online at all. What a user has on several nodes counts once.
 *
 * Guarantees every implementation gives:
 * - **Atomic.** Each call happens whole or not at all, and as if alone. One that is rejected may have happened: the caller
 *   repeats it with the same version, and a call whose version was taken before changes nothing.
 * - **Exactly once.** Between two joins of a user there is one leave, however many nodes they are on and whoever reaps them.
 *   An entry that is repeated as `known` to a store that lost its data is told as `known`, unless the store saw that user
 *   leave since.
 * - **Ordered.** `events$` has the events of all nodes in the order in which the calls took effect, at most once each, to
 *   every instance. A gap shows in `seq`.
 * - **Expiry** goes by the store's own clock, never by a node's. A node whose lease has run out keeps its entries until some
 *   node calls {@link reap}.
 * - **Cost.** {@link areOnline} and every other read is one round trip; {@link count} and {@link list} do not look at
 *   everybody. To stay online costs one {@link renew} a node, whatever the number of users.
 *
 * Only the node named in it calls {@link update}, {@link renew} and {@link retire}, one call at a time; everything else may
 * be called by anybody at any time. A store that cannot be reached rejects with `BounceWsError` `unavailable`, in bounded
 * time.
 */
export interface PresenceStore {
  /** What changed, on all nodes. */
  readonly events$: Observable<PresenceEvent>;

  /**
   * Each time it can be reached again and may have lost its data, or events of it. What a node that hears this does is harmless
   * when nothing was lost.
   */
  readonly returned$: Observable<void>;

  /** Tells the store what changed on a node. */
  update(node: string, update: PresenceUpdate): Promise<PresenceReceipt>;
  /**
   * Keeps a node's users online for another `leaseMs`.
   *
   * @param version - of the node's last update
   * @param lastSeenTtlMs - what is older is forgotten by {@link lastSeen}
   */
  renew(
    node: string,
    version: number,
    leaseMs: number,
    lastSeenTtlMs: number,
  ): Promise<LeaseReceipt>;
  /**
   * Takes users of a node whose lease has run out away from it, at most some hundred a call.
   *
   * @returns whether there are more
   */
  reap(node: string): Promise<boolean>;
  /**
   * A node stops: its users stay for `graceMs`, in which they may come back to another one, and may then be reaped.
   *
   * @returns the nodes that are to be reaped now: when there is no other node that could do it later, or that anybody could
   *   come back to, this one, if it was not given up before, and those that went before it; else none
   */
  retire(node: string, graceMs: number): Promise<readonly string[]>;
  /** Everything that the store holds for a node. */
  heldBy(node: string): Promise<PresenceKey[]>;

  /** Whether each of the users is online, in the order asked. */
  areOnline(userIds: readonly string[]): Promise<boolean[]>;
  /** How many users are online. */
  count(): Promise<number>;
  /** Users who are online, in a fixed order: those that come after `after`, at most `limit`. */
  list(limit: number, after: string | null): Promise<UserPage>;
  /** When a user was last online, in milliseconds since 1970: now, when they are; `null` when not known. */
  lastSeen(userId: string): Promise<number | null>;
  /** Who is in a room. */
  room(room: string): Promise<RoomSnapshot>;
}
