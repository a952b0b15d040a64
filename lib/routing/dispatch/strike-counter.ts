/** Bad messages within {@link WINDOW_MS} that close a connection. */
const MAX_STRIKES = 10;
const WINDOW_MS = 10_000;

/** Counts the bad messages of one connection in a sliding window. */
export class StrikeCounter {
  #times: number[] = [];

  /** Notes one bad message. @returns whether there were too many */
  strike(nowMs: number): boolean {
    this.#times = this.#times.filter((time) => nowMs - time < WINDOW_MS);
    return this.#times.push(nowMs) >= MAX_STRIKES;
  }
}
