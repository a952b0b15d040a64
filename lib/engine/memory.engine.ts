import { randomBytes } from 'node:crypto';
import {
  type Channel,
  type ClusterMessage,
  type LocalRooms,
  MemoryBackplane,
  type MemoryBus,
  MemoryInterestDirectory,
  MemoryLeases,
  type MemoryNode,
  MemoryRoomDirectory,
} from '../backplane/index.js';
import { MemoryHistoryStore } from '../history/index.js';
import { MemoryPresenceStore } from '../presence/index.js';
import type { Engine, EngineHealth } from './engine.interface.js';

const NODE_ID_BYTES = 16;

/** What the nodes of a bus share. */
const PRESENCE = Symbol('presence');
const HISTORY = Symbol('history');

/** Options of {@link memoryEngine}. */
export interface MemoryEngineOptions {
  /** Connects the nodes of one process. @default none: the node is alone */
  readonly bus?: MemoryBus;
}

/** The engine of a node that is alone, or of one of several in the same process. */
export function memoryEngine({ bus }: MemoryEngineOptions = {}): Engine {
  return new MemoryEngine(bus);
}

/** The default {@link Engine}. Alone, it costs nothing. */
class MemoryEngine implements Engine, MemoryNode {
  readonly nodeId = randomBytes(NODE_ID_BYTES).toString('base64url');
  readonly backplane: MemoryBackplane;
  readonly rooms: MemoryRoomDirectory;
  readonly interests: MemoryInterestDirectory;
  readonly leases: MemoryLeases;
  readonly presence: MemoryPresenceStore;
  readonly history: MemoryHistoryStore;
  readonly health: EngineHealth = { isReady: true, counters: {} };

  constructor(private readonly bus: MemoryBus | undefined) {
    this.backplane = new MemoryBackplane(this.nodeId, bus);
    this.rooms = new MemoryRoomDirectory(this.nodeId, bus);
    this.interests = new MemoryInterestDirectory(this.nodeId, bus);
    this.leases = new MemoryLeases(bus);
    this.presence =
      bus?.share(PRESENCE, () => new MemoryPresenceStore()) ?? new MemoryPresenceStore();
    this.history = bus?.share(HISTORY, () => new MemoryHistoryStore()) ?? new MemoryHistoryStore();
  }

  get localRooms(): LocalRooms {
    return this.rooms.local;
  }

  get wantedEvents(): ReadonlySet<string> {
    return this.interests.events;
  }

  receive(channels: readonly Channel[], message: ClusterMessage): void {
    this.backplane.receive(channels, message);
  }

  interestChanged(event: string): void {
    this.interests.changedElsewhere(event);
  }

  async start(): Promise<void> {
    this.bus?.enter(this);
  }

  async stop(): Promise<void> {
    this.bus?.exit(this);
  }
}
