import type { PresenceStore } from './presence-store.interface.js';

/** Added to the grace of a goodbye, so that it is over by the store's clock too. */
const MARGIN_MS = 100;

/** Nodes whose users are to be taken away: at once, or when the grace of their goodbye is over. */
export class ReapList {
  readonly #due = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param onDue it is a node's turn */
  constructor(private readonly onDue: () => void) {}

  /** Whether it is nobody's turn. */
  get isEmpty(): boolean {
    return this.#due.size === 0;
  }

  /** It is a node's turn now. */
  add(node: string): void {
    this.#due.add(node);
  }

  /** It will be a node's turn after a grace. */
  addAfter(node: string, graceMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#due.add(node);
      this.onDue();
    }, graceMs + MARGIN_MS).unref();
    this.#timers.add(timer);
  }

  /** Takes away the users of those whose turn it is. */
  async reap(store: PresenceStore): Promise<void> {
    for (const node of this.#due) {
      while (await store.reap(node));
      this.#due.delete(node);
    }
  }

  /** Leaves them all to others. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#due.clear();
  }
}
