/** Calls a function again and again and counts. */
export class Ticker {
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #tick: () => void = () => undefined;
  #ticks = 0;
  #allowed = 0;

  /** How often it was called. */
  get ticks(): number {
    return this.#ticks;
  }

  /** Calls it at an interval. */
  start(intervalMs: number, tick: () => void): void {
    this.#prepare(tick);
    this.#timer = setInterval(() => this.#call(), intervalMs);
  }

  /** Calls it once a turn of the event loop, as often as it is {@link allow}ed to. */
  startPaced(tick: () => void): void {
    this.#prepare(tick);
  }

  /** Lets it go on until there were so many ticks altogether. */
  allow(ticks: number): void {
    this.#allowed = ticks;
    if (this.#immediate === undefined) this.#turn();
  }

  stop(): number {
    clearInterval(this.#timer);
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#allowed = 0;
    return this.#ticks;
  }

  #prepare(tick: () => void): void {
    this.#tick = tick;
    this.#ticks = 0;
    this.#allowed = 0;
  }

  readonly #turn = (): void => {
    this.#immediate = undefined;
    if (this.#ticks >= this.#allowed) return;
    this.#call();
    this.#immediate = setImmediate(this.#turn);
  };

  #call(): void {
    this.#tick();
    this.#ticks++;
  }
}
