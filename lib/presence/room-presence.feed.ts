import type { BounceSocket, Clock } from '../connection/index.js';
import type { PresenceAnnouncer } from './presence.announcer.js';
import type { PresenceFeed, PresenceGap, RoomChanges } from './presence.feed.js';
import type { ResolvedPresenceSettings } from './presence.options.js';
import type { PresenceStore } from './presence-store.interface.js';
import { RoomAudience } from './room-audience.js';

/** What {@link RoomPresenceFeed} works with. */
export interface RoomPresenceParts {
  readonly store: PresenceStore;
  readonly announcer: PresenceAnnouncer;
  readonly feed: PresenceFeed;
  readonly clock: Clock;
  readonly settings: ResolvedPresenceSettings;
}

/** Tells sockets who is in their rooms. Changes are collected for a moment, with one timer for all rooms. */
export class RoomPresenceFeed {
  readonly #audiences = new Map<string, RoomAudience>();
  readonly #dirty = new Set<RoomAudience>();
  #flush: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;

  constructor(private readonly parts: RoomPresenceParts) {
    const { feed, announcer } = parts;
    feed.rooms$.subscribe((changes) => this.#take(changes));
    feed.gaps$.subscribe((gap) => this.#onGap(gap));
    announcer.restored$.subscribe(() => this.#refreshAll());
    announcer.renewed$.subscribe(() => this.#refreshStale());
  }

  /** Begins to tell a socket. */
  add(socket: BounceSocket<object>, room: string, userId: string): void {
    const audience = this.#audiences.get(room) ?? this.#open(room);
    if (audience.has(socket)) return;
    audience.add(socket, userId);
    this.#touch(audience);
  }

  /** Tells a socket nothing more about a room. */
  delete(socket: BounceSocket<object>, room: string): void {
    const audience = this.#audiences.get(room);
    if (audience === undefined) return;
    audience.delete(socket);
    if (!audience.isEmpty) return;
    this.#audiences.delete(room);
    this.#dirty.delete(audience);
  }

  /** Stops the timers. */
  stop(): void {
    clearTimeout(this.#flush);
    clearTimeout(this.#settle);
    this.#audiences.clear();
    this.#dirty.clear();
  }

  #open(room: string): RoomAudience {
    const audience = new RoomAudience(room);
    this.#audiences.set(room, audience);
    void this.#refresh(audience, false);
    return audience;
  }

  #take({ epoch, seq, joins, leaves }: RoomChanges): void {
    if (this.#audiences.size === 0) return;
    const rooms = new Set([...joins, ...leaves].map(({ room }) => room));
    for (const room of rooms) {
      const audience = this.#audiences.get(room);
      if (audience === undefined) continue;
      audience.mirror.apply({
        epoch,
        seq,
        joins: joins.filter((join) => join.room === room),
        leaves: leaves.filter((leave) => leave.room === room),
      });
      this.#touch(audience);
    }
  }

  #onGap({ isReset }: PresenceGap): void {
    if (this.#audiences.size === 0) return;
    for (const audience of this.#audiences.values()) void this.#refresh(audience, isReset);
    if (!isReset || this.#settle !== undefined) return;
    // By then every node that is still there has announced its users again.
    this.#settle = setTimeout(() => {
      this.#settle = undefined;
      this.#refreshAll();
    }, this.parts.settings.leaseMs).unref();
  }

  #refreshAll(): void {
    const keepAbsent = this.#settle !== undefined;
    for (const audience of this.#audiences.values()) void this.#refresh(audience, keepAbsent);
  }

  #refreshStale(): void {
    for (const audience of this.#audiences.values()) {
      if (audience.isStale) void this.#refresh(audience, this.#settle !== undefined);
    }
  }

  async #refresh(audience: RoomAudience, keepAbsent: boolean): Promise<void> {
    if (audience.isRefreshing) {
      audience.isStale = true;
      return;
    }
    audience.isRefreshing = true;
    // Until it is here; a wish that comes meanwhile makes it stale again.
    audience.isStale = false;
    audience.mirror.expectSnapshot();
    try {
      audience.mirror.replace(await this.parts.store.room(audience.room), keepAbsent);
      audience.isFilled = true;
      this.#touch(audience);
    } catch {
      // The announcer logs that the store is away. That the lease was renewed shows that it is back.
      audience.isStale = true;
    }
    audience.isRefreshing = false;
  }

  #touch(audience: RoomAudience): void {
    if (this.#audiences.get(audience.room) !== audience) return;
    this.#dirty.add(audience);
    this.#flush ??= setTimeout(() => this.#flushAll(), this.parts.settings.diffIntervalMs).unref();
  }

  #flushAll(): void {
    this.#flush = undefined;
    const timestamp = this.parts.clock.timestamp();
    for (const audience of this.#dirty) audience.flush(timestamp);
    this.#dirty.clear();
  }
}
