import type { BounceSocket, ConnectionRegistry } from '../connection/index.js';
import type { RoomService } from '../rooms/index.js';
import type { PresenceBook } from './presence-book.js';

/** Says of every user of this node in which rooms they show up, and through which connections. */
export class RoomTracker {
  readonly #tracked = new Map<BounceSocket<object>, Map<string, string>>();
  /** How many connections of each user show up in each room: a number takes no memory, and nearly all are 1. */
  readonly #counts = new Map<string, Map<string, number>>();

  /** @param onGone a socket does not show up in a room any more */
  constructor(
    private readonly book: PresenceBook,
    connections: ConnectionRegistry,
    rooms: RoomService,
    private readonly onGone: (socket: BounceSocket<object>, room: string) => void,
  ) {
    connections.closed$.subscribe(({ socket }) => this.#deleteAll(socket, true));
    connections.identified$.subscribe(({ socket, previous }) => {
      if (previous !== null) this.#deleteAll(socket, false);
    });
    rooms.left$.subscribe(({ socket, room }) => this.delete(socket, room));
  }

  /** A socket's user shows up in a room. */
  add(socket: BounceSocket<object>, room: string, userId: string, meta: string): void {
    const rooms = this.#tracked.get(socket) ?? new Map<string, string>();
    const users = this.#counts.get(room) ?? new Map<string, number>();
    this.#counts.set(room, users);
    if (!rooms.has(room)) users.set(userId, (users.get(userId) ?? 0) + 1);
    this.#tracked.set(socket, rooms.set(room, userId));
    this.book.enter(room, userId, meta);
  }

  /** A socket does not show up in a room any more. */
  delete(socket: BounceSocket<object>, room: string, withGrace = false): void {
    const rooms = this.#tracked.get(socket);
    const userId = rooms?.get(room);
    if (rooms === undefined || userId === undefined) return;
    rooms.delete(room);
    if (rooms.size === 0) this.#tracked.delete(socket);
    this.#release(room, userId, withGrace);
    this.onGone(socket, room);
  }

  /** One connection fewer; with the last one the user does not show up any more. */
  #release(room: string, userId: string, withGrace: boolean): void {
    const users = this.#counts.get(room);
    const count = users?.get(userId);
    if (users === undefined || count === undefined) return;
    if (count > 1) {
      users.set(userId, count - 1);
      return;
    }
    users.delete(userId);
    if (users.size === 0) this.#counts.delete(room);
    this.book.exit(room, userId, withGrace);
  }

  #deleteAll(socket: BounceSocket<object>, withGrace: boolean): void {
    for (const room of [...(this.#tracked.get(socket)?.keys() ?? [])]) {
      this.delete(socket, room, withGrace);
    }
  }
}
