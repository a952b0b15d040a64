import type { BounceSocket, Clock } from '../connection/index.js';
import type { PresenceFeed } from './presence.feed.js';
import type { ResolvedPresenceSettings } from './presence.options.js';
import type { PresenceEvent, PresenceStore } from './presence-store.interface.js';
import { RoomAudience } from './room-audience.js';

/** How many rooms are read at the same time. */
const READ_AT_ONCE = 32;

/** What {@link RoomPresenceFeed} works with. */
export interface RoomPresenceParts {
  readonly store: PresenceStore;
  readonly feed: PresenceFeed;
  readonly clock: Clock;
  readonly settings: ResolvedPresenceSettings;
}

/** Tells sockets who is in their rooms. Changes are collected for a moment, with one timer for all rooms. */
export class RoomPresenceFeed {
  readonly #audiences = new Map<string, RoomAudience>();
  readonly #dirty = new Set<RoomAudience>();
  readonly #toRead = new Set<RoomAudience>();
  #reading = 0;
  #flush: NodeJS.Timeout | undefined;

  constructor(private readonly parts: RoomPresenceParts) {
    const { feed } = parts;
    feed.events$.subscribe((event) => this.#take(event));
    feed.gaps$.subscribe(() => this.#refresh(this.#audiences.values()));
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
    this.#toRead.delete(audience);
  }

  /** The store can be reached: makes up for what could not be read. */
  retry(): void {
    this.#refresh([...this.#audiences.values()].filter(({ isStale }) => isStale));
  }

  /** Stops the timer. */
  stop(): void {
    clearTimeout(this.#flush);
    this.#audiences.clear();
    this.#dirty.clear();
    this.#toRead.clear();
  }

  #open(room: string): RoomAudience {
    const audience = new RoomAudience(room);
    this.#audiences.set(room, audience);
    this.#refresh([audience]);
    return audience;
  }

  #take({ epoch, seq, joins, leaves }: PresenceEvent): void {
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

  #refresh(audiences: Iterable<RoomAudience>): void {
    for (const audience of audiences) this.#toRead.add(audience);
    this.#readNext();
  }

  #readNext(): void {
    for (const audience of this.#toRead) {
      if (this.#reading === READ_AT_ONCE) return;
      // Read once more when it is here: it may be older than the reason to read it.
      if (audience.isReading) continue;
      this.#toRead.delete(audience);
      void this.#read(audience);
    }
  }

  async #read(audience: RoomAudience): Promise<void> {
    const { store, feed } = this.parts;
    this.#reading++;
    audience.isReading = true;
    audience.mirror.expectSnapshot();
    try {
      const wasSettled = feed.isSettled;
      const snapshot = await store.room(audience.room);
      const isSettled = wasSettled && feed.trusts(snapshot);
      audience.mirror.replace(snapshot, isSettled);
      audience.isFilled = true;
      audience.isStale = !isSettled;
      this.#touch(audience);
    } catch {
      // The announcer logs that the store is away. That the lease was renewed shows that it is back.
      audience.isStale = true;
    }
    audience.isReading = false;
    this.#reading--;
    this.#readNext();
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
