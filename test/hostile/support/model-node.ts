import {
  type ClusterMessage,
  ConnectionRegistry,
  DEFAULTS,
  type Engine,
  type MemoryBus,
  memoryEngine,
  RoomService,
} from 'bounce-ws';
import { RoomLogs } from '../../../lib/history/index.js';
import { LocalRoomManager } from '../../../lib/rooms/index.js';
import { RoomAnnouncer } from '../../../lib/rooms/room.announcer.js';
import { ClusterSubscriptions } from '../../../lib/senders/cluster-subscriptions.js';
import { SubscriptionRegistry } from '../../../lib/senders/index.js';

/** How many rooms, and subscriptions by name, a socket may have: few enough to be met. */
export const LIMIT = 3;
const OPTIONS = { ...DEFAULTS, roomsPerConnection: LIMIT, subscriptionsPerConnection: LIMIT };

/** What the registries look at in a socket; everything behind it is the network's, which takes no part here. */
export interface ModelSocket {
  readonly id: string;
  readonly node: ModelNode;
  closed: boolean;
  readonly user: null;
  readonly userId: null;
  readonly codec: { readonly subscribesToAll?: boolean };
  release(): void;
}

/** The registries of one node, as the module puts them together. */
export class ModelNode {
  readonly connections = new ConnectionRegistry(OPTIONS);
  readonly manager = new LocalRoomManager();
  readonly engine: Engine;
  readonly rooms: RoomService;
  readonly subscriptions: SubscriptionRegistry;
  readonly cluster: ClusterSubscriptions;
  /** What arrived from other nodes. */
  readonly received: ClusterMessage[] = [];

  constructor(bus: MemoryBus) {
    this.engine = memoryEngine({ bus });
    const { backplane, rooms, interests, leases, history } = this.engine;
    const announcer = new RoomAnnouncer(this.manager, backplane, rooms);
    const logs = new RoomLogs(history, backplane, this.manager, OPTIONS);
    this.rooms = new RoomService(this.manager, OPTIONS, rooms, announcer, logs, this.connections);
    this.subscriptions = new SubscriptionRegistry(OPTIONS, this.connections);
    this.cluster = new ClusterSubscriptions(this.subscriptions, backplane, interests, leases);
    backplane.received$.subscribe((message) => this.received.push(message));
  }
}
