import type { BounceSocket } from '../connection/index.js';

/**
 * Keeps who is in which room on this node. Replace it (option `roomManager`) to give rooms another life: rooms with an
 * owner, rooms that survive, rooms with a size.
 *
 * All methods are synchronous and are called in the order in which the app called `RoomService`; names have been checked.
 * A method that throws makes the call of the app fail with that error.
 */
export interface RoomManager {
  /** Puts a socket into a room; being in it already is no error. */
  join(socket: BounceSocket<object>, room: string): void;
  /** Takes a socket out of a room; not being in it is no error. */
  leave(socket: BounceSocket<object>, room: string): void;
  /** Takes a closed socket out of all rooms. {@link roomsOf} goes on telling which rooms it was in last. */
  leaveAll(socket: BounceSocket<object>): void;
  /** The sockets in a room; empty when there is none. The set may change while it is read. */
  members(room: string): ReadonlySet<BounceSocket<object>>;
  /** The rooms of a socket. */
  roomsOf(socket: BounceSocket<object>): ReadonlySet<string>;
  /** The rooms that have at least one member. */
  rooms(): Iterable<string>;
}
