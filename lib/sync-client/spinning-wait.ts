import { availableParallelism } from 'node:os';

/** About as long as a server on the same machine takes. */
const SPIN_MS = 0.5;
/** How often in a row spinning may be in vain before it is given up, and how many waits pass before it is tried again. */
const MOST_TRUST = 8;
const WAITS_WITHOUT = 32;
const LOOKS_PER_TURN = 50;

/** With one processor the thread that is waited for would not even run. */
const CAN_SPIN = availableParallelism() > 1;

/**
 * Waits for a cell of shared memory to change. To be put to sleep and woken up again costs a thread more than many an
 * answer takes, so it looks for a moment before it sleeps, as locks do; a third of the time of a local round trip is saved.
 * Where answers take longer it soon stops trying.
 */
export class SpinningWait {
  #trust = MOST_TRUST;
  #waitsLeft = 0;

  /** Blocks until the cell holds something else than what was seen, for at most that long. */
  wait(cells: Int32Array, index: number, seen: number, timeoutMs: number): void {
    if (CAN_SPIN && this.#mayTry()) {
      const hasChanged = spin(cells, index, seen, Math.min(timeoutMs, SPIN_MS));
      this.#learn(hasChanged);
      if (hasChanged) return;
    }
    Atomics.wait(cells, index, seen, timeoutMs);
  }

  #mayTry(): boolean {
    if (this.#trust > 0) return true;
    this.#waitsLeft -= 1;
    return this.#waitsLeft <= 0;
  }

  #learn(wasWorthIt: boolean): void {
    this.#trust = wasWorthIt ? Math.min(this.#trust + 1, MOST_TRUST) : Math.max(this.#trust - 1, 0);
    if (this.#trust === 0) this.#waitsLeft = WAITS_WITHOUT;
  }
}

function spin(cells: Int32Array, index: number, seen: number, ms: number): boolean {
  const end = performance.now() + ms;
  do {
    for (let look = 0; look < LOOKS_PER_TURN; look++) {
      if (Atomics.load(cells, index) !== seen) return true;
    }
  } while (performance.now() < end);
  return false;
}
