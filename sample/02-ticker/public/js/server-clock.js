/**
 * Tells when the server sent a message, on this page's own clock. Drawn by that time a curve stays smooth however
 * unevenly its messages arrive. The message that was quickest shows how far the two clocks are apart.
 */
export class ServerClock {
  #offset = Infinity;

  /** @param timestamp ISO 8601 in UTC, without an offset, as the server writes it */
  toLocal(timestamp) {
    const sentAt = Date.parse(`${timestamp}Z`);
    this.#offset = Math.min(this.#offset, performance.now() - sentAt);
    return sentAt + this.#offset;
  }

  /** Another connection may lead to another server. */
  reset() {
    this.#offset = Infinity;
  }
}
