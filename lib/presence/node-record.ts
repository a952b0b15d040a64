import type { PresenceKey } from './presence-store.interface.js';

/** What one node announced to a {@link MemoryPresenceStore}. */
export class NodeRecord {
  /** The number of its last update; `undefined` once it was given up and has to restore. */
  version: number | undefined;
  /** By `performance.now()`. */
  leaseEndsAtMs = 0;
  /** When it was last heard of, by `Date.now()`. */
  aliveAtMs = 0;
  readonly #rooms = new Map<string, Set<string>>();
  /** How many entries it has. */
  size = 0;

  /** Whether it holds its lease, and has not said goodbye. */
  isAlive(nowMs: number): boolean {
    return this.version !== undefined && this.leaseEndsAtMs > nowMs;
  }

  /** @returns whether it was not there */
  add({ room, userId }: PresenceKey): boolean {
    const users = this.#rooms.get(room) ?? new Set();
    if (users.has(userId)) return false;
    this.#rooms.set(room, users.add(userId));
    this.size++;
    return true;
  }

  /** @returns whether it was there */
  delete({ room, userId }: PresenceKey): boolean {
    const users = this.#rooms.get(room);
    if (users?.delete(userId) !== true) return false;
    if (users.size === 0) this.#rooms.delete(room);
    this.size--;
    return true;
  }

  /** All entries; they may be deleted meanwhile. */
  *entries(): Generator<PresenceKey> {
    for (const [room, users] of this.#rooms) {
      for (const userId of users) yield { room, userId };
    }
  }
}
