import type { Origin } from './node-message.js';

/** What follows from the number of a message. */
export type Standing = 'next' | 'after-a-hole' | 'repeated';

/** Follows the numbers in which messages of other nodes arrive on one channel. */
export class ChannelSequence {
  readonly #last = new Map<string, number>();

  /** Takes note of a message. */
  take({ node, seq, prev }: Origin): Standing {
    const last = this.#last.get(node);
    if (last !== undefined && seq <= last) return 'repeated';
    this.#last.set(node, seq);
    return last === undefined || prev === last ? 'next' : 'after-a-hole';
  }

  /** Forgets nodes that are no more. */
  keep(nodes: ReadonlySet<string>): void {
    for (const node of this.#last.keys()) if (!nodes.has(node)) this.#last.delete(node);
  }

  /** Forgets everything: what was missed is known. */
  clear(): void {
    this.#last.clear();
  }
}
