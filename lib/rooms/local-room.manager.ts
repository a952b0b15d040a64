import type { BounceSocket } from '../connection/index.js';
import type { RoomManager } from './room-manager.interface.js';

const NO_SOCKETS: ReadonlySet<BounceSocket<object>> = new Set();
const NO_ROOMS: ReadonlySet<string> = new Set();

/** The default {@link RoomManager}: a room is there while it has members, and costs nothing else. */
export class LocalRoomManager implements RoomManager {
  readonly #members = new Map<string, Set<BounceSocket<object>>>();
  // Weak, so that what a closed socket was in last goes with the socket.
  readonly #roomsOf = new WeakMap<BounceSocket<object>, Set<string>>();

  join(socket: BounceSocket<object>, room: string): void {
    const members = this.#members.get(room);
    if (members === undefined) this.#members.set(room, new Set([socket]));
    else members.add(socket);
    const rooms = this.#roomsOf.get(socket);
    if (rooms === undefined) this.#roomsOf.set(socket, new Set([room]));
    else rooms.add(room);
  }

  leave(socket: BounceSocket<object>, room: string): void {
    this.#roomsOf.get(socket)?.delete(room);
    this.#removeMember(socket, room);
  }

  leaveAll(socket: BounceSocket<object>): void {
    for (const room of this.roomsOf(socket)) this.#removeMember(socket, room);
  }

  members(room: string): ReadonlySet<BounceSocket<object>> {
    return this.#members.get(room) ?? NO_SOCKETS;
  }

  roomsOf(socket: BounceSocket<object>): ReadonlySet<string> {
    return this.#roomsOf.get(socket) ?? NO_ROOMS;
  }

  rooms(): Iterable<string> {
    return this.#members.keys();
  }

  #removeMember(socket: BounceSocket<object>, room: string): void {
    const members = this.#members.get(room);
    if (members?.delete(socket) === true && members.size === 0) this.#members.delete(room);
  }
}
