import { Inject, Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import type { RoomDirectory } from '../backplane/index.js';
import { BOUNCE_WS_OPTIONS, ROOM_DIRECTORY, ROOM_MANAGER } from '../common/index.js';
import { type BounceSocket, ConnectionRegistry, type SocketRooms } from '../connection/index.js';
import { RoomLogs } from '../history/index.js';
import { assertRoomName, BounceWsError } from '../protocol/index.js';
import type { RoomManager } from './room-manager.interface.js';
import { RoomAnnouncer } from './room.announcer.js';
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
    @Inject(ROOM_DIRECTORY) private readonly directory: RoomDirectory,
    private readonly announcer: RoomAnnouncer,
    private readonly history: RoomLogs,
    connections: ConnectionRegistry,
  ) {
    connections.closed$.subscribe(({ socket }) => this.#leaveAll(socket));
  }

  /**
   * Puts a socket into a room. It gets what this node sends to the room from this call on, and what other nodes send once
   * the promise has resolved; of a room with history, what it missed before. Being in it already, or having closed, is no
   * error.
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
    // First, since it asks the application, which may throw.
    const hasHistory = this.history.has(room);
    this.manager.join(socket, room);
    const entered = hasHistory ? this.history.entered(socket, room) : DONE;
    if (this.announcer.isAlone) return entered;
    const joined = this.announcer.joined(socket, room);
    return hasHistory ? Promise.all([entered, joined]).then(() => undefined) : joined;
  }

  /**
   * Puts several sockets into a room: all of them that may.
   *
   * @throws BounceWsError as {@link join}, for the first that may not, once the others are in
   * @internal
   */
  async joinAll(sockets: readonly BounceSocket<object>[], room: string): Promise<void> {
    assertRoomName(room);
    const results = await Promise.allSettled(
      sockets.map(async (socket) => this.join(socket, room)),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Takes a socket out of a room. Not being in it is no error. */
  leave(socket: BounceSocket<object>, room: string): Promise<void> {
    const wasIn = this.manager.roomsOf(socket).has(room);
    this.manager.leave(socket, room);
    this.history.left(socket, room);
    this.#left.next({ socket, room });
    return wasIn && !this.announcer.isAlone ? this.announcer.left(socket, room) : DONE;
  }

  /** Takes several sockets out of a room. @internal */
  async leaveAll(sockets: readonly BounceSocket<object>[], room: string): Promise<void> {
    await Promise.all(sockets.map((socket) => this.leave(socket, room)));
  }

  /**
   * The ids of the sockets in a room, on all nodes.
   *
   * @throws BounceWsError `unavailable` while the engine cannot be reached
   */
  async members(room: string): Promise<string[]> {
    const here = Array.from(this.manager.members(room), ({ id }) => id);
    return [...here, ...(await this.directory.members(room))];
  }

  /** How many sockets are in a room, on all nodes. @throws BounceWsError as {@link members} */
  async count(room: string): Promise<number> {
    const elsewhere = await this.directory.count(room);
    return this.manager.members(room).size + elsewhere;
  }

  /** The rooms a socket of this node is in; after it closed, the ones it was in last. */
  roomsOf(socket: BounceSocket<object>): ReadonlySet<string> {
    return this.manager.roomsOf(socket);
  }

  /** The rooms that have members, on all nodes, each once. @throws BounceWsError as {@link members} */
  async rooms(): Promise<string[]> {
    return [...new Set([...this.manager.rooms(), ...(await this.directory.rooms())])];
  }

  #leaveAll(socket: BounceSocket<object>): void {
    const hasWork = this.history.isOn || !this.announcer.isAlone;
    const rooms = hasWork ? [...this.manager.roomsOf(socket)] : [];
    this.manager.leaveAll(socket);
    for (const room of rooms) {
      this.history.left(socket, room);
      if (!this.announcer.isAlone) void this.announcer.left(socket, room);
    }
  }
}
