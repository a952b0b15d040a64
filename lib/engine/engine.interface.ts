import type { HistoryStore } from '../history/index.js';
import type { PresenceStore } from '../presence/index.js';
import type { Backplane, InterestDirectory, Leases, RoomDirectory } from '../backplane/index.js';

/** How an engine is. */
export interface EngineHealth {
  /** Whether this node reaches the others. Local traffic goes on without. */
  readonly isReady: boolean;
  /** Why it is not ready, for people; holds no password or token. */
  readonly reason?: string;
  /** What was counted since the start, by name: messages published, received, dropped and so on. */
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * What makes one cluster of several nodes: the backplane, the stores with what every node should know, and leases. The
 * default is in memory and knows one node; `redisEngine()` of `bounce-ws/redis` knows many.
 *
 * An engine serves one app. Nothing of it ever keeps local traffic waiting, and its failures are logged and counted,
 * never thrown into the app.
 */
export interface Engine {
  /** This node's name: 22 characters that no other node, and no later start of this one, has. */
  readonly nodeId: string;
  /** Carries messages between nodes. */
  readonly backplane: Backplane;
  /** Knows who is in which room on other nodes. */
  readonly rooms: RoomDirectory;
  /** Knows what clients of other nodes subscribed to. */
  readonly interests: InterestDirectory;
  /** Knows who is online, on all nodes. */
  readonly presence: PresenceStore;
  /** Keeps the latest messages of rooms, for all nodes. */
  readonly history: HistoryStore;
  /** Gives names to one node at a time. */
  readonly leases: Leases;
  /** How it is now. */
  readonly health: EngineHealth;
  /** Called once, before clients are let in. Resolves within two seconds, connected or not. Never rejects for the network. */
  start(): Promise<void>;
  /** Called once, when all clients are gone: leaves the cluster and lets go of everything. Never rejects. */
  stop(): Promise<void>;
}
