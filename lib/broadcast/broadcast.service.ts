import { Inject, Injectable } from '@nestjs/common';
import type { Audience, Backplane } from '../backplane/index.js';
import { BACKPLANE } from '../common/index.js';
import { type BounceSocket, Clock, type SocketBroadcastOptions } from '../connection/index.js';
import type { EventMap, EventName } from '../protocol/index.js';
import { RoomLogs } from '../history/index.js';
import { RoomService } from '../rooms/index.js';
import { type BroadcastContext, BroadcastTarget } from './broadcast-target.js';
import { Recipients } from './recipients.js';

/**
 * Sends to many at once, from any injectable, on all nodes of the cluster.
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
    recipients: Recipients,
    roomService: RoomService,
    clock: Clock,
    @Inject(BACKPLANE) backplane: Backplane,
    history: RoomLogs,
  ) {
    this.#context = { recipients, roomService, clock, backplane, history };
  }

  /** Everybody whose connection is open. */
  toAll(): BroadcastTarget<TEvents> {
    return this.#target({ kind: 'all', names: [] });
  }

  /** Everybody in at least one of the rooms; each gets one message however many of them they are in. */
  to(...rooms: readonly string[]): BroadcastTarget<TEvents> {
    return this.#target({ kind: 'room', names: rooms });
  }

  /** Every connection of the users: their personal channels. */
  toUser(...ids: readonly string[]): BroadcastTarget<TEvents> {
    return this.#target({ kind: 'user', names: ids });
  }

  /** Everybody who subscribed to a sender's event. */
  toSubscribers(event: EventName<TEvents>): BroadcastTarget<TEvents> {
    return this.#target({ kind: 'event', names: [event] });
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

  #target(audience: Audience): BroadcastTarget<TEvents> {
    return new BroadcastTarget(this.#context, audience);
  }
}
