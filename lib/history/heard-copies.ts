import type { BounceSocket } from '../connection/index.js';

/** Messages; copies of one leave together, so that there is no need for many. */
const REMEMBERED = 100;

/**
 * Who has got which message that was sent to several rooms. To be in one of the rooms does not mean to have got it there: who
 * enters after it was said has not. What is forgotten comes once more.
 */
export class HeardCopies {
  readonly #heard = new Map<string, WeakSet<BounceSocket<object>>>();

  /** Notes that a socket gets a copy of a message. @returns whether it is its first */
  add(socket: BounceSocket<object>, message: string): boolean {
    const sockets = this.#of(message);
    if (sockets.has(socket)) return false;
    sockets.add(socket);
    return true;
  }

  /** What a socket has got until now counts no more. */
  forget(socket: BounceSocket<object>): void {
    for (const sockets of this.#heard.values()) sockets.delete(socket);
  }

  #of(message: string): WeakSet<BounceSocket<object>> {
    const known = this.#heard.get(message);
    if (known !== undefined) return known;
    const sockets = new WeakSet<BounceSocket<object>>();
    this.#heard.set(message, sockets);
    if (this.#heard.size > REMEMBERED) {
      const [oldest] = this.#heard.keys();
      this.#heard.delete(oldest!);
    }
    return sockets;
  }
}
