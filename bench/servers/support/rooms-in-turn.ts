import { CLUSTER_ROOMS } from '../../payloads.js';

/** Names the rooms of `cluster-broadcast` one after the other, over and over. */
export class RoomsInTurn {
  readonly #names = Array.from({ length: CLUSTER_ROOMS }, (_, index) => `room-${index}`);
  #next = 0;

  next(): string {
    const name = this.#names[this.#next]!;
    this.#next = (this.#next + 1) % this.#names.length;
    return name;
  }
}
