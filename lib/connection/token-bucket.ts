import type { RateLimit } from './connection.options.js';

/** Allows bursts and a steady rate after them. Two numbers and no timer a connection. */
export class TokenBucket {
  #tokens: number;
  #filledAtMs: number;

  constructor(
    private readonly limit: RateLimit,
    nowMs: number,
  ) {
    this.#tokens = limit.burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes one token if there is one. */
  take(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #refill(nowMs: number): void {
    const earned = ((nowMs - this.#filledAtMs) / 1_000) * this.limit.perSecond;
    // A wall clock set back earns nothing and must not take anything away.
    this.#tokens = Math.min(this.limit.burst, this.#tokens + Math.max(0, earned));
    this.#filledAtMs = nowMs;
  }
}
