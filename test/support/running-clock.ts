const TICK_MS = 10;
/** A process that rests for longer than this has not been woken in time. */
const LONGEST_REST_MS = 2 * TICK_MS;

/**
 * A clock that stands still while the machine does not let this process run: it neither rests then, since a timer of its own
 * would wake it, nor works, since it uses no processor. Delays that are measured with it are those of what is tested; that
 * others want the same processors is not in them.
 */
export class RunningClock {
  #heldMs = 0;
  #wokenMs = performance.now();
  #workedMs = workedMs();
  readonly #timer = setInterval(() => this.#wake(), TICK_MS).unref();

  /**
   * @param isTested - whether what is tested runs in this process. If not, the clock stands still as well while this process
   *   works for longer than it may rest, and reads nothing of what has come.
   */
  constructor(private readonly isTested = true) {}

  /** Milliseconds from an arbitrary moment. */
  now(): number {
    const now = performance.now();
    const worked = this.isTested ? workedMs() - this.#workedMs : 0;
    const heldMs = Math.max(0, now - this.#wokenMs - Math.max(LONGEST_REST_MS, worked));
    return now - this.#heldMs - heldMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #wake(): void {
    const shown = this.now();
    this.#wokenMs = performance.now();
    this.#workedMs = workedMs();
    this.#heldMs = this.#wokenMs - shown;
  }
}

/** For how long this process has used a processor. */
function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
