import { Inject, Injectable } from '@nestjs/common';
import type { Backplane, LocalRooms, RoomDirectory } from '../backplane/index.js';
import { BACKPLANE, ROOM_DIRECTORY, ROOM_MANAGER } from '../common/index.js';
import type { BounceSocket } from '../connection/index.js';
import type { RoomManager } from './room-manager.interface.js';

/** Tells the cluster who is in the rooms of this node, and lets this node hear what others send to those rooms. */
@Injectable()
export class RoomAnnouncer implements LocalRooms {
  constructor(
    @Inject(ROOM_MANAGER) private readonly manager: RoomManager,
    @Inject(BACKPLANE) private readonly backplane: Backplane,
    @Inject(ROOM_DIRECTORY) private readonly directory: RoomDirectory,
  ) {
    directory.serve(this);
  }

  /** Whether there is nobody to be told. */
  get isAlone(): boolean {
    return this.backplane.isAlone;
  }

  /** A socket entered a room. @returns when the others know, and are heard */
  async joined({ id }: BounceSocket<object>, room: string): Promise<void> {
    await Promise.all([this.backplane.subscribe(`room:${room}`), this.directory.joined(room, id)]);
  }

  /** A socket is in a room no more. @returns when the others know */
  async left({ id }: BounceSocket<object>, room: string): Promise<void> {
    if (this.manager.members(room).size === 0) this.backplane.unsubscribe(`room:${room}`);
    await this.directory.left(room, id);
  }

  *list(): Iterable<readonly [room: string, socketIds: Iterable<string>]> {
    for (const room of this.manager.rooms()) {
      yield [room, Array.from(this.manager.members(room), ({ id }) => id)];
    }
  }
}
