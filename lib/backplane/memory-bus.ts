import type { MemoryNode } from './memory-node.interface.js';

interface LeaseCandidate {
  readonly take: () => void;
}

/**
 * The network between the nodes of one process: what tests use to run a cluster without Redis.
 *
 * @example
 * const bus = new MemoryBus();
 * BounceWsModule.forRoot({ engine: memoryEngine({ bus }) }); // once for each node
 */
export class MemoryBus {
  readonly #nodes = new Map<string, MemoryNode>();
  readonly #shared = new Map<symbol, object>();
  readonly #leases = new Map<string, LeaseCandidate[]>();

  /** The nodes that are up, but for one. @internal */
  others(nodeId: string): MemoryNode[] {
    return [...this.#nodes.values()].filter((node) => node.nodeId !== nodeId);
  }

  /** @internal */
  enter(node: MemoryNode): void {
    this.#nodes.set(node.nodeId, node);
  }

  /** @internal */
  exit(node: MemoryNode): void {
    this.#nodes.delete(node.nodeId);
    for (const event of node.wantedEvents) this.interestChanged(node.nodeId, event);
  }

  /** What a node wants may have changed: tells the others. @internal */
  interestChanged(nodeId: string, event: string): void {
    for (const other of this.others(nodeId)) other.interestChanged(event);
  }

  /** Something that all nodes of the bus have in common, made for whoever asks first. @internal */
  share<T extends object>(key: symbol, create: () => T): T {
    const present = this.#shared.get(key) as T | undefined;
    if (present !== undefined) return present;
    const created = create();
    this.#shared.set(key, created);
    return created;
  }

  /** Queues for a lease; `take` is called when it is the caller's turn. @returns lets go of it @internal */
  queueForLease(name: string, take: () => void): () => void {
    const queue = this.#leases.get(name) ?? [];
    this.#leases.set(name, queue);
    const candidate: LeaseCandidate = { take };
    if (queue.push(candidate) === 1) take();
    return () => {
      const wasHolder = queue[0] === candidate;
      queue.splice(queue.indexOf(candidate), 1);
      if (wasHolder) queue[0]?.take();
      if (queue.length === 0) this.#leases.delete(name);
    };
  }
}
