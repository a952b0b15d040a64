import type { Clock } from './clock.js';
import type { FlushScheduler } from './flush.scheduler.js';
import type { SocketIds } from './socket-ids.js';

/** What `socket.join()` and its siblings need of the rooms; implemented above this folder. */
export interface SocketRooms<TSocket> {
  join(socket: TSocket, room: string): Promise<void>;
  leave(socket: TSocket, room: string): Promise<void>;
  roomsOf(socket: TSocket): ReadonlySet<string>;
}

/** Whom `BounceSocket.broadcast()` reaches. */
export interface SocketBroadcastOptions {
  /** The rooms to reach. @default the rooms the socket is in */
  readonly to?: string | readonly string[];
  /** Whether the socket itself is left out. @default true */
  readonly skipSelf?: boolean;
}

/** What `socket.broadcast()` needs; implemented above this folder. */
export interface SocketBroadcaster<TSocket> {
  broadcastFrom(
    socket: TSocket,
    event: string,
    data: unknown,
    options: SocketBroadcastOptions,
  ): void;
}

/** What all sockets of an app share. */
export interface SocketContext<TSocket> {
  readonly ids: SocketIds;
  readonly clock: Clock;
  readonly scheduler: FlushScheduler;
  readonly rooms: SocketRooms<TSocket>;
  readonly broadcaster: SocketBroadcaster<TSocket>;
  readonly maxQueuedBytes: number;
  readonly requestTimeoutMs: number;
  readonly evalJs: boolean;
}
