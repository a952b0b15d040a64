import type { Type } from '@nestjs/common';
import type { RoomManager } from './room-manager.interface.js';

/** Options of rooms. */
export interface RoomsOptions {
  /** Most rooms one connection can be in; one more is refused with `limit_exceeded`. @default 128 */
  readonly roomsPerConnection?: number;
  /** Keeps the members of this node's rooms: an instance, or a class that Nest creates. @default in memory */
  readonly roomManager?: RoomManager | Type<RoomManager>;
}
