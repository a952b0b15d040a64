import type { BounceSocket, ConnectionRegistry } from '../connection/index.js';
import type { RoomService } from '../rooms/index.js';
import type { PresenceBook } from './presence-book.js';

/** Says of every user of this node in which rooms they show up, and through which connections. */
export class RoomTracker {
  readonly #tracked = new Map<BounceSocket<object>, Map<string, string>>();
  readonly #sockets = new Map<string, Map<string, Set<BounceSocket<object>>>>();

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
    this.#tracked.set(socket, rooms.set(room, userId));
    const users = this.#sockets.get(room) ?? new Map<string, Set<BounceSocket<object>>>();
    this.#sockets.set(room, users);
    users.set(userId, (users.get(userId) ?? new Set()).add(socket));
    this.book.enter(room, userId, meta);
  }

  /** A socket does not show up in a room any more. */
  delete(socket: BounceSocket<object>, room: string, withGrace = false): void {
    const rooms = this.#tracked.get(socket);
    const userId = rooms?.get(room);
    if (rooms === undefined || userId === undefined) return;
    rooms.delete(room);
    if (rooms.size === 0) this.#tracked.delete(socket);
    const users = this.#sockets.get(room);
    const sockets = users?.get(userId);
    sockets?.delete(socket);
    if (sockets?.size === 0) {
      users?.delete(userId);
      if (users?.size === 0) this.#sockets.delete(room);
      this.book.exit(room, userId, withGrace);
    }
    this.onGone(socket, room);
  }

  #deleteAll(socket: BounceSocket<object>, withGrace: boolean): void {
    for (const room of [...(this.#tracked.get(socket)?.keys() ?? [])]) {
      this.delete(socket, room, withGrace);
    }
  }
}
