/** Options of presence: who is online, and who is in a room. */
export interface PresenceSettings {
  /**
   * Milliseconds a user stays online, and in a room's presence, after their last connection closed. Who is back by then,
   * on whichever node, was never away. `0` for none.
   *
   * @default 5000
   */
  readonly graceMs?: number;
  /**
   * Milliseconds after which the users of a node that fell silent may be taken offline. A node renews its lease twice in
   * that time.
   *
   * @default 10000
   */
  readonly leaseMs?: number;
  /** Milliseconds for which the changes of a room's presence are collected into one `presence_diff`. @default 100 */
  readonly diffIntervalMs?: number;
  /** Bytes of JSON that a user's metadata in a room may have; more is refused with `limit_exceeded`. @default 1024 */
  readonly maxMetaBytes?: number;
  /** Milliseconds for which `lastSeen()` remembers users that are offline. @default 604800000 */
  readonly lastSeenTtlMs?: number;
}

/** {@link PresenceSettings} with every default filled in. */
export type ResolvedPresenceSettings = Required<PresenceSettings>;

/** The part of the module's options that is about presence. */
export interface PresenceOptions {
  /**
   * Who is online, and who is in a room.
   *
   * @default { graceMs: 5000, leaseMs: 10000, diffIntervalMs: 100, maxMetaBytes: 1024, lastSeenTtlMs: 604800000 }
   */
  readonly presence?: PresenceSettings;
}
