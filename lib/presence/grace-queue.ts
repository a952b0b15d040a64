/** Things that are given some time, all of them the same; one timer for all. */
export class GraceQueue<T> {
  readonly #deadlines = new Map<T, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly graceMs: number,
    private readonly onElapsed: (thing: T) => void,
  ) {}

  /** Whether a thing still has time. */
  has(thing: T): boolean {
    return this.#deadlines.has(thing);
  }

  /** Gives a thing its time, from now on. */
  add(thing: T): void {
    // Deleted first, so that the map stays in the order of the deadlines.
    this.#deadlines.delete(thing);
    this.#deadlines.set(thing, performance.now() + this.graceMs);
    this.#arm(this.graceMs);
  }

  /** Takes a thing out before its time is over. */
  delete(thing: T): void {
    this.#deadlines.delete(thing);
  }

  /** Takes everything out and stops the timer. */
  clear(): void {
    this.#deadlines.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    this.#timer ??= setTimeout(() => this.#elapse(), Math.ceil(delayMs)).unref();
  }

  #elapse(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [thing, deadline] of this.#deadlines) {
      if (deadline > now) {
        this.#arm(deadline - now);
        return;
      }
      this.#deadlines.delete(thing);
      this.onElapsed(thing);
    }
  }
}
