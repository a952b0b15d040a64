import type { BounceSocket } from './bounce-socket.js';

const NO_SOCKETS: ReadonlySet<BounceSocket> = new Set();

/** Which connections of this node are whose. A user is there while they have one. */
export class UserIndex {
  readonly #sockets = new Map<string, Set<BounceSocket>>();

  /** How many users there are. */
  get size(): number {
    return this.#sockets.size;
  }

  /** The users that have a connection. */
  get userIds(): IterableIterator<string> {
    return this.#sockets.keys();
  }

  /** The connections of a user. */
  of(userId: string): ReadonlySet<BounceSocket> {
    return this.#sockets.get(userId) ?? NO_SOCKETS;
  }

  /** Moves a connection from one user to another; `null` is nobody. */
  move(socket: BounceSocket, from: string | null, to: string | null): void {
    if (from !== null) this.#remove(socket, from);
    if (to === null) return;
    const sockets = this.#sockets.get(to);
    if (sockets === undefined) this.#sockets.set(to, new Set([socket]));
    else sockets.add(socket);
  }

  #remove(socket: BounceSocket, userId: string): void {
    const sockets = this.#sockets.get(userId);
    if (sockets?.delete(socket) === true && sockets.size === 0) this.#sockets.delete(userId);
  }
}
