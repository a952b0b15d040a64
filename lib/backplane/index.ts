export {
  type Audience,
  type Channel,
  channelsOf,
  type Exceptions,
  type MessageCopy,
} from './audience.js';
export type { Backplane, ClusterAction, ClusterMessage, Gap } from './backplane.interface.js';
export type { InterestDirectory } from './interest-directory.interface.js';
export type { Leases } from './leases.interface.js';
export { MemoryBus } from './memory-bus.js';
export { MemoryInterestDirectory } from './memory-interest.directory.js';
export type { MemoryNode } from './memory-node.interface.js';
export { MemoryRoomDirectory } from './memory-room.directory.js';
export { MemoryBackplane } from './memory.backplane.js';
export { MemoryLeases } from './memory.leases.js';
export type { LocalRooms, RoomDirectory } from './room-directory.interface.js';
