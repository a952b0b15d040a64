import {
  ConnectionRegistry,
  DEFAULTS,
  type HistoryStore,
  type MemoryBus,
  RoomService,
} from 'bounce-ws';
import { MemoryBackplane, MemoryRoomDirectory } from '../../../../lib/backplane/index.js';
import { ClusterReceiver } from '../../../../lib/broadcast/cluster.receiver.js';
import { Recipients } from '../../../../lib/broadcast/recipients.js';
import { Clock } from '../../../../lib/connection/index.js';
import { RoomLogs } from '../../../../lib/history/index.js';
import { LocalRoomManager } from '../../../../lib/rooms/index.js';
import { RoomAnnouncer } from '../../../../lib/rooms/room.announcer.js';
import { SlowStore } from './slow-store.js';

/** How many messages of a room are kept. */
export const SIZE = 5;

const OPTIONS = {
  ...DEFAULTS,
  history: { size: SIZE, ttlMs: 60_000, maxRecovered: SIZE, rooms: () => true },
};

/** What chance decides. */
export interface Chance {
  /** How many turns an answer of the store takes. */
  delay(): number;
  /** Hands over a message of another node: at once, later, or never. */
  carry(arrive: () => void): void;
}

/** The registries of one node, as the module puts them together, with a network and a store that chance has its way with. */
export class HistoryNode {
  readonly connections = new ConnectionRegistry(OPTIONS);
  readonly manager = new LocalRoomManager();
  readonly store: SlowStore;
  readonly logs: RoomLogs;
  readonly rooms: RoomService;
  readonly #backplane: MemoryBackplane;

  constructor(
    readonly name: string,
    bus: MemoryBus,
    store: HistoryStore,
    chance: Chance,
  ) {
    this.store = new SlowStore(store, () => chance.delay());
    this.#backplane = new MemoryBackplane(name, bus);
    const directory = new MemoryRoomDirectory(name, bus);
    const announcer = new RoomAnnouncer(this.manager, this.#backplane, directory);
    this.logs = new RoomLogs(this.store, this.#backplane, this.manager, OPTIONS);
    this.rooms = new RoomService(
      this.manager,
      OPTIONS,
      directory,
      announcer,
      this.logs,
      this.connections,
    );
    const recipients = new Recipients(this.connections, this.manager, {
      subscribers: () => new Set(),
    });
    const clock = new Clock('plain');
    void new ClusterReceiver(
      recipients,
      this.connections,
      this.rooms,
      clock,
      this.logs,
      this.#backplane,
    );
    bus.enter({
      nodeId: name,
      localRooms: directory.local,
      wantedEvents: new Set(),
      interestChanged: () => undefined,
      receive: (channels, message) =>
        chance.carry(() => this.#backplane.receive(channels, message)),
    });
    this.logs.start();
  }

  /** Says something to a room, but not to the socket that does. */
  say(room: string, text: string, speakerId: string): void {
    const envelope = JSON.stringify({ event: 'said', data: { text }, timestamp: '' });
    this.logs.append(room, { envelope, except: { sockets: [speakerId] } });
  }
}
