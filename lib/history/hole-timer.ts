/** How long a message may wait for those before it, in milliseconds. What takes longer was lost, and is read. */
const HOLE_MS = 100;

/** Gives messages some time to come by themselves. */
export class HoleTimer {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onLate: () => void) {}

  /** Runs once the time is over; running already is no error. */
  start(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.onLate();
    }, HOLE_MS);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
