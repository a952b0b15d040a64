const REMEMBERED = 1_000;

/** Tells messages that come over several channels from those that are new. */
export class RecentMessages {
  readonly #seen = new Set<string>();

  /** @returns whether it is new */
  add(sender: string, number: string | number): boolean {
    const id = `${sender}:${number}`;
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > REMEMBERED) {
      const [oldest] = this.#seen;
      this.#seen.delete(oldest!);
    }
    return true;
  }
}
