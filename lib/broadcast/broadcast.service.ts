import { Inject, Injectable } from '@nestjs/common';
import { ROOM_MANAGER, SUBSCRIBER_SOURCE } from '../common/index.js';
import {
  type BounceSocket,
  Clock,
  ConnectionRegistry,
  type SocketBroadcastOptions,
} from '../connection/index.js';
import { type RoomManager, RoomService } from '../rooms/index.js';
import { type BroadcastContext, BroadcastTarget } from './broadcast-target.js';
import type { SubscriberSource } from './subscriber-source.interface.js';

/**
 * Sends to many at once, from any injectable.
 *
 * @example
 * this.broadcast.to('general').except(client).emit('announce', { text });
 */
@Injectable()
export class BroadcastService {
  readonly #context: BroadcastContext;

  constructor(
    private readonly connections: ConnectionRegistry,
    @Inject(ROOM_MANAGER) private readonly rooms: RoomManager,
    @Inject(SUBSCRIBER_SOURCE) private readonly subscriptions: SubscriberSource,
    roomService: RoomService,
    clock: Clock,
  ) {
    this.#context = { clock, roomService, membersOf: (room) => rooms.members(room) };
  }

  /** Everybody whose connection is open. */
  toAll(): BroadcastTarget {
    return this.#target(() => this.connections.sockets);
  }

  /** Everybody in at least one of the rooms; each gets one message however many of them they are in. */
  to(...rooms: readonly string[]): BroadcastTarget {
    return this.#target(() => this.#union(rooms));
  }

  /** Everybody who subscribed to a sender's event. */
  toSubscribers(event: string): BroadcastTarget {
    return this.#target(() => this.subscriptions.subscribers(event));
  }

  /** Implements `BounceSocket.broadcast()`. @internal */
  broadcastFrom(
    socket: BounceSocket<object>,
    event: string,
    data: unknown,
    { to = [...socket.rooms], skipSelf = true }: SocketBroadcastOptions,
  ): void {
    const target = this.to(...(typeof to === 'string' ? [to] : to));
    (skipSelf ? target.except(socket) : target).emit(event, data);
  }

  #target(candidates: () => Iterable<BounceSocket<object>>): BroadcastTarget {
    return new BroadcastTarget(this.#context, candidates);
  }

  #union(rooms: readonly string[]): Iterable<BounceSocket<object>> {
    const [only] = rooms;
    if (only !== undefined && rooms.length === 1) return this.rooms.members(only);
    return new Set(rooms.flatMap((room) => [...this.rooms.members(room)]));
  }
}
