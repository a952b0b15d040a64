import type { Channel } from './audience.js';
import type { ClusterMessage } from './backplane.interface.js';
import type { LocalRooms } from './room-directory.interface.js';

/** What a node on a `MemoryBus` shows to the others. */
export interface MemoryNode {
  readonly nodeId: string;
  /** The members of its rooms. */
  readonly localRooms: LocalRooms;
  /** Takes a message if it listens to one of the channels. */
  receive(channels: readonly Channel[], message: ClusterMessage): void;
  /** The events that it has subscribers of. */
  readonly wantedEvents: ReadonlySet<string>;
  /** What another node wants may have changed. */
  interestChanged(event: string): void;
}
