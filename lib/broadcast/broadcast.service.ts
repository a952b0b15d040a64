import { Inject, Injectable } from '@nestjs/common';
import { ROOM_MANAGER, SUBSCRIBER_SOURCE } from '../common/index.js';
import {
  type BounceSocket,
  Clock,
  ConnectionRegistry,
  type SocketBroadcastOptions,
} from '../connection/index.js';
import type { EventMap, EventName } from '../protocol/index.js';
import { type RoomManager, RoomService } from '../rooms/index.js';
import { type BroadcastContext, BroadcastTarget } from './broadcast-target.js';
import type { SubscriberSource } from './subscriber-source.interface.js';

/**
 * Sends to many at once, from any injectable.
 *
 * @typeParam TEvents - what may be sent: an interface of event names and their data, the same that `BounceClient` takes.
 *   Any by default. It is a type only: `BroadcastService<Events>` is injected like `BroadcastService`.
 *
 * @example
 * this.broadcast.to('general').except(client).emit('announce', { text });
 */
@Injectable()
export class BroadcastService<TEvents extends object = EventMap> {
  readonly #context: BroadcastContext;

  constructor(
    private readonly connections: ConnectionRegistry,
    @Inject(ROOM_MANAGER) private readonly rooms: RoomManager,
    @Inject(SUBSCRIBER_SOURCE) private readonly subscriptions: SubscriberSource,
    roomService: RoomService,
    clock: Clock,
  ) {
    this.#context = {
      clock,
      roomService,
      membersOf: (room) => rooms.members(room),
      connectionsOf: (userId) => connections.ofUser(userId),
    };
  }

  /** Everybody whose connection is open. */
  toAll(): BroadcastTarget<TEvents> {
    return this.#target(() => this.connections.sockets);
  }

  /** Everybody in at least one of the rooms; each gets one message however many of them they are in. */
  to(...rooms: readonly string[]): BroadcastTarget<TEvents> {
    return this.#target(() => union(rooms, (room) => this.rooms.members(room)));
  }

  /** Every connection of the users: their personal channels. */
  toUser(...ids: readonly string[]): BroadcastTarget<TEvents> {
    return this.#target(() => union(ids, (id) => this.connections.ofUser(id)));
  }

  /** Everybody who subscribed to a sender's event. */
  toSubscribers(event: EventName<TEvents>): BroadcastTarget<TEvents> {
    return this.#target(() => this.subscriptions.subscribers(event));
  }

  /** Implements `BounceSocket.broadcast()`. @internal */
  broadcastFrom(
    socket: BounceSocket<object>,
    event: string,
    data: unknown,
    { to = [...socket.rooms], skipSelf = true }: SocketBroadcastOptions,
  ): void {
    const target: BroadcastTarget = this.to(...(typeof to === 'string' ? [to] : to));
    (skipSelf ? target.except(socket) : target).emit(event, data);
  }

  #target(candidates: () => Iterable<BounceSocket<object>>): BroadcastTarget<TEvents> {
    return new BroadcastTarget(this.#context, candidates);
  }
}

function union(
  names: readonly string[],
  socketsOf: (name: string) => ReadonlySet<BounceSocket<object>>,
): Iterable<BounceSocket<object>> {
  const [only] = names;
  if (only !== undefined && names.length === 1) return socketsOf(only);
  return new Set(names.flatMap((name) => [...socketsOf(name)]));
}
