import type { NodeLease } from '../connection/index.js';

const REMEMBERED = 1_000;

/**
 * Knows which names belong to nodes: a node has, or once had, a lease before it publishes anything. It stays known, so that
 * a Redis that forgot everything makes nobody deaf.
 */
export class KnownNodes {
  readonly #known = new Set<string>();

  constructor(private readonly lease: NodeLease) {
    lease.renewed$.subscribe(({ alive }) => this.#add(alive));
  }

  has(node: string): boolean {
    return this.#known.has(node);
  }

  /** Looks again. @returns whether it is a node; never rejects */
  async ask(node: string): Promise<boolean> {
    try {
      this.#add(await this.lease.lookAround());
    } catch {
      // Then it is not known, and its messages are missing.
    }
    return this.has(node);
  }

  #add(nodes: Iterable<string>): void {
    for (const node of nodes) {
      this.#known.delete(node);
      this.#known.add(node);
    }
    for (const node of this.#known) {
      if (this.#known.size <= REMEMBERED) return;
      this.#known.delete(node);
    }
  }
}
