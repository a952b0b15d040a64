import { Inject, Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import { BOUNCE_WS_OPTIONS, ROOM_MANAGER } from '../common/index.js';
import { type BounceSocket, ConnectionRegistry, type SocketRooms } from '../connection/index.js';
import { BounceWsError } from '../protocol/index.js';
import type { RoomManager } from './room-manager.interface.js';
import { assertRoomName } from './room-name.js';
import type { RoomsOptions } from './rooms.options.js';

const DONE = Promise.resolve();

/** A socket that was taken out of a room. */
export interface RoomDeparture {
  readonly socket: BounceSocket<object>;
  readonly room: string;
}

/**
 * Rooms: sets of sockets that the server chooses. A room needs no creation, and is gone with its last member. A socket
 * leaves all its rooms when it closes.
 */
@Injectable()
export class RoomService implements SocketRooms<BounceSocket<object>> {
  readonly #left = new Subject<RoomDeparture>();

  /** Each socket of this node that leaves a room while it is open; that it closed is announced by `ConnectionRegistry`. */
  readonly left$: Observable<RoomDeparture> = this.#left.asObservable();

  constructor(
    @Inject(ROOM_MANAGER) private readonly manager: RoomManager,
    @Inject(BOUNCE_WS_OPTIONS)
    private readonly options: Required<Pick<RoomsOptions, 'roomsPerConnection'>>,
    connections: ConnectionRegistry,
  ) {
    connections.closed$.subscribe(({ socket }) => manager.leaveAll(socket));
  }

  /**
   * Puts a socket into a room. It gets what is sent to the room from this call on, also before the promise resolves.
   * Being in it already, or having closed, is no error.
   *
   * @throws BounceWsError `invalid_payload` for a name that is none, `limit_exceeded` over `roomsPerConnection`; at the
   *   call, so that a handler that does not await it fails alone instead of leaving an unhandled rejection
   */
  join(socket: BounceSocket<object>, room: string): Promise<void> {
    assertRoomName(room);
    const rooms = this.manager.roomsOf(socket);
    if (socket.closed || rooms.has(room)) return DONE;
    const max = this.options.roomsPerConnection;
    if (rooms.size >= max) {
      throw new BounceWsError('limit_exceeded', `The socket is in ${max} rooms already`, {
        details: { limit: 'roomsPerConnection', max },
      });
    }
    this.manager.join(socket, room);
    return DONE;
  }

  /** Takes a socket out of a room. Not being in it is no error. */
  leave(socket: BounceSocket<object>, room: string): Promise<void> {
    this.manager.leave(socket, room);
    this.#left.next({ socket, room });
    return DONE;
  }

  /** The ids of the sockets in a room, on all nodes. */
  async members(room: string): Promise<string[]> {
    return Array.from(this.manager.members(room), ({ id }) => id);
  }

  /** How many sockets are in a room, on all nodes. */
  async count(room: string): Promise<number> {
    return this.manager.members(room).size;
  }

  /** The rooms a socket of this node is in; after it closed, the ones it was in last. */
  roomsOf(socket: BounceSocket<object>): ReadonlySet<string> {
    return this.manager.roomsOf(socket);
  }

  /** The rooms that have members, on all nodes. */
  async rooms(): Promise<string[]> {
    return [...this.manager.rooms()];
  }
}
