/** Calls a function at an interval and counts. */
export class Ticker {
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;

  /** How often it was called. */
  get ticks(): number {
    return this.#ticks;
  }

  start(intervalMs: number, tick: () => void): void {
    this.#ticks = 0;
    this.#timer = setInterval(() => {
      tick();
      this.#ticks++;
    }, intervalMs);
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.#ticks;
  }
}
