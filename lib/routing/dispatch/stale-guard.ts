const MICROS_PER_MILLI = 1_000;
/** With a router that takes any name for an event, a client could make as many marks as it can invent names. */
const MAX_MARKS = 1_024;

/**
 * Recognises messages that a newer one of the same event has overtaken (PROTOCOL.md, section 4). The mark of an event is
 * the highest `min(timestamp, time of receipt)`, so a client whose clock is ahead cannot lock itself out.
 */
export class StaleGuard {
  readonly #marks = new Map<string, number>();

  /** Whether a message is stale; if not, it moves the mark. */
  isStale(event: string, timestampMicros: number): boolean {
    const mark = this.#marks.get(event);
    if (mark !== undefined && timestampMicros < mark) return true;
    const clamped = Math.min(timestampMicros, Date.now() * MICROS_PER_MILLI);
    if (mark === undefined || clamped > mark) this.#move(event, clamped);
    return false;
  }

  #move(event: string, mark: number): void {
    this.#marks.set(event, mark);
    if (this.#marks.size <= MAX_MARKS) return;
    // The one that was set first.
    for (const oldest of this.#marks.keys()) {
      this.#marks.delete(oldest);
      break;
    }
  }
}
