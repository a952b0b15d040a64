import { type RateLimit, TokenBucket } from '../../connection/index.js';

/** How long a client may go on sending above its rate before it is closed. */
const LONGEST_EXCESS_MS = 5_000;
/** A pause of this length ends an excess. */
const PAUSE_MS = 1_000;

/** What the rate limit says about a message. */
export type RateVerdict = 'allowed' | 'limited' | 'close';

/** Holds one connection to its rate limit. */
export class ExcessGuard {
  readonly #bucket: TokenBucket;
  #excessSinceMs: number | undefined;
  #lastLimitedMs = Number.NEGATIVE_INFINITY;

  constructor(limit: RateLimit) {
    this.#bucket = new TokenBucket(limit, Date.now());
  }

  /** Judges a message that arrived now. */
  judge(): RateVerdict {
    const nowMs = Date.now();
    if (this.#bucket.take(nowMs)) return 'allowed';
    if (nowMs - this.#lastLimitedMs > PAUSE_MS) this.#excessSinceMs = nowMs;
    this.#lastLimitedMs = nowMs;
    return nowMs - (this.#excessSinceMs ?? nowMs) >= LONGEST_EXCESS_MS ? 'close' : 'limited';
  }
}
