import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
const IDS_PER_FILL = 128;

/** Makes the ids of sockets: 128 bits that cannot be guessed, in 22 characters. */
export class SocketIds {
  // Filled for many at a time: a call into the operating system takes longer than everything else here.
  readonly #random = Buffer.alloc(ID_BYTES * IDS_PER_FILL);
  #used = this.#random.length;

  /** The next id. */
  next(): string {
    if (this.#used === this.#random.length) {
      randomFillSync(this.#random);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += ID_BYTES;
    // Not randomUUID(): its string is a tree of sixteen pieces, 500 bytes for as long as the connection lives.
    return this.#random.toString('base64url', start, this.#used);
  }
}
