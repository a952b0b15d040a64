const LOOK_MS = 20;

/** Something that waits for its client to read. */
export interface Laggard {
  /** Goes on if the client has read everything. @returns whether nothing waits any more */
  catchUp(): boolean;
}

/**
 * Looks now and then whether clients that were behind have caught up. One timer for all of them, and none while nobody
 * is behind: a stream's own `drain` comes only from those that were asked to stop writing.
 */
export class CatchUpWatch {
  readonly #laggards = new Set<Laggard>();
  #timer: NodeJS.Timeout | undefined;

  /** Watches one more. */
  add(laggard: Laggard): void {
    this.#laggards.add(laggard);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Its connection has ended. */
  remove(laggard: Laggard): void {
    if (!this.#laggards.delete(laggard) || this.#laggards.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const laggard of this.#laggards) if (laggard.catchUp()) this.remove(laggard);
  }
}
