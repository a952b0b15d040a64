/** The members of this node's rooms; implemented by `rooms/`, above this folder. */
export interface LocalRooms {
  /** The rooms that have members on this node, with the ids of their sockets. */
  list(): Iterable<readonly [room: string, socketIds: Iterable<string>]>;
}

/**
 * Knows who is in which room on the other nodes. What a node tells is gone with its lease, so a dead node keeps nobody
 * waiting and leaves no ghosts for longer than ten seconds.
 *
 * All names have been checked. The questions are answered from a store and never by asking the nodes; they reject with
 * `unavailable` while the store cannot be reached.
 */
export interface RoomDirectory {
  /** Says where to read all members of this node, when the store has to be told anew. Called once, before all else. */
  serve(local: LocalRooms): void;
  /** A socket of this node entered a room. @returns when other nodes can see it, or at once without a store */
  joined(room: string, socketId: string): Promise<void>;
  /** A socket of this node left a room. @returns as {@link joined} */
  left(room: string, socketId: string): Promise<void>;
  /** The ids of the room's sockets on other nodes. */
  members(room: string): Promise<string[]>;
  /** How many sockets of other nodes are in the room. */
  count(room: string): Promise<number>;
  /** The rooms that have members on other nodes; one that several have may come several times. */
  rooms(): Promise<string[]>;
}
