import { formatTimestamp } from './timestamp.js';

/**
 * Stamps outgoing messages. A clock that is set back would make every message older than the one before it, and the
 * server drops those as stale: here time stands still until the clock has caught up.
 */
export class SendClock {
  #latestMs = 0;

  /** Now, as `2026-11-20T12:00:00.123` (UTC), never before an earlier stamp. */
  stamp(): string {
    this.#latestMs = Math.max(this.#latestMs, Date.now());
    return formatTimestamp(this.#latestMs, 'plain');
  }
}
