/** The waits of a {@link BackOff}, in milliseconds. */
export interface BackOffOptions {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly stableMs: number;
}

// The first wait is spread over 0.5 s to 3 s. Were it 0.5 s to 1 s, all clients of a server that died would be back
// in the same second.
const FIRST_SPREAD = 6;

/**
 * Decides how long to wait before each new attempt: exponential, capped, and then jittered over the whole range below
 * the cap (full jitter), so that many clients do not come back in waves.
 */
export class BackOff {
  #attempts = 0;
  #openedAt: number | undefined;

  constructor(
    private readonly options: BackOffOptions,
    private readonly random: () => number = Math.random,
  ) {}

  /** Tells that a connection is open: if it turns out stable, the waits start over. */
  opened(): void {
    this.#openedAt = performance.now();
  }

  /** The wait before the next attempt, in milliseconds. */
  next(): number {
    const { minDelayMs, maxDelayMs, stableMs } = this.options;
    if (this.#openedAt !== undefined && performance.now() - this.#openedAt >= stableMs) {
      this.#attempts = 0;
    }
    this.#openedAt = undefined;
    const ceilingMs = Math.min(maxDelayMs, minDelayMs * FIRST_SPREAD * 2 ** this.#attempts++);
    return minDelayMs + this.random() * Math.max(0, ceilingMs - minDelayMs);
  }
}
