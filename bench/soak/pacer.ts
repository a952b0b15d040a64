const TICK_MS = 20;

/** Calls something again and again, on average exactly as often as it should. */
export class Pacer {
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;
  #due = 0;

  constructor(
    private readonly perSecond: number,
    private readonly action: () => void,
  ) {}

  start(): void {
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Until it is started again; what was nearly due then stays so. */
  pause(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#due += ((nowMs - this.#lastMs) / 1_000) * this.perSecond;
    this.#lastMs = nowMs;
    for (; this.#due >= 1; this.#due--) this.action();
  }
}
