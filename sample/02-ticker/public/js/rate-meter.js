const WINDOW_MS = 3000;

/** How many messages a second arrive, measured over the last three seconds. */
export class RateMeter {
  #arrivals = [];

  count() {
    this.#arrivals.push(performance.now());
  }

  reset() {
    this.#arrivals = [];
  }

  perSecond() {
    const oldest = performance.now() - WINDOW_MS;
    while (this.#arrivals[0] < oldest) this.#arrivals.shift();
    const arrivals = this.#arrivals.length;
    if (arrivals < 2) return (arrivals * 1000) / WINDOW_MS;
    // Between first and last, not over the whole window: so it is right from the second message on.
    return ((arrivals - 1) * 1000) / (this.#arrivals[arrivals - 1] - this.#arrivals[0]);
  }
}
