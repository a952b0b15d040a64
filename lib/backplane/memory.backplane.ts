import { type Observable, Subject } from 'rxjs';
import { type Channel, channelsOf } from './audience.js';
import type { Backplane, ClusterMessage, Gap } from './backplane.interface.js';
import type { MemoryBus } from './memory-bus.js';

const DONE = Promise.resolve();

/** The backplane of a node in this process: alone, or on a {@link MemoryBus} with others. */
export class MemoryBackplane implements Backplane {
  readonly isAlone: boolean;
  readonly #received = new Subject<ClusterMessage>();
  readonly #gap = new Subject<Gap>();
  readonly #channels = new Set<Channel>();
  readonly received$: Observable<ClusterMessage> = this.#received.asObservable();
  /** Nothing is ever lost in a process. */
  readonly gap$: Observable<Gap> = this.#gap.asObservable();

  constructor(
    private readonly nodeId: string,
    private readonly bus: MemoryBus | undefined,
  ) {
    this.isAlone = bus === undefined;
  }

  publish(message: ClusterMessage): void {
    const channels = channelsOf(message.audience);
    for (const node of this.bus?.others(this.nodeId) ?? []) {
      // Later, as over a network: no node runs in the middle of another one's call.
      setImmediate(() => node.receive(channels, message));
    }
  }

  flushed(): Promise<void> {
    return DONE;
  }

  subscribe(channel: Channel): Promise<void> {
    this.#channels.add(channel);
    return DONE;
  }

  unsubscribe(channel: Channel): void {
    this.#channels.delete(channel);
  }

  /** @internal */
  receive(channels: readonly Channel[], message: ClusterMessage): void {
    if (channels.some((channel) => this.#channels.has(channel))) this.#received.next(message);
  }
}
