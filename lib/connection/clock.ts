import { formatTimestamp, type TimestampStyle } from '../protocol/index.js';

/** Writes the timestamps of outgoing messages. Formats at most once a millisecond: a broadcast storm asks far more often. */
export class Clock {
  #lastMs = Number.NaN;
  #lastText = '';

  constructor(private readonly style: TimestampStyle) {}

  /** The present time as it stands on the wire. */
  timestamp(): string {
    const now = Date.now();
    if (now !== this.#lastMs) {
      this.#lastMs = now;
      this.#lastText = formatTimestamp(now, this.style);
    }
    return this.#lastText;
  }
}
