import { Inject, Injectable } from '@nestjs/common';
import type { Audience } from '../backplane/index.js';
import { ROOM_MANAGER, SUBSCRIBER_SOURCE } from '../common/index.js';
import { BounceSocket, ConnectionRegistry } from '../connection/index.js';
import type { RoomManager } from '../rooms/index.js';
import type { BroadcastException } from './broadcast-exception.js';
import type { SubscriberSource } from './subscriber-source.interface.js';

type Sockets = Iterable<BounceSocket<object>>;

/** Finds the sockets of this node that a broadcast is for. */
@Injectable()
export class Recipients {
  readonly #byName: Readonly<Record<Exclude<Audience['kind'], 'all'>, (name: string) => Sockets>>;

  constructor(
    private readonly connections: ConnectionRegistry,
    @Inject(ROOM_MANAGER) private readonly rooms: RoomManager,
    @Inject(SUBSCRIBER_SOURCE) subscriptions: SubscriberSource,
  ) {
    this.#byName = {
      room: (room) => rooms.members(room),
      user: (userId) => connections.ofUser(userId),
      event: (event) => subscriptions.subscribers(event),
    };
  }

  /** The audience but for the exceptions, each socket once. What is read may change meanwhile. */
  of(audience: Audience, exceptions: readonly BroadcastException[] = []): Sockets {
    return exceptions.length === 0 ? this.#all(audience) : this.#without(audience, exceptions);
  }

  #all({ kind, names }: Audience): Sockets {
    if (kind === 'all') return this.connections.sockets;
    const [only] = names;
    const find = this.#byName[kind];
    if (only !== undefined && names.length === 1) return find(only);
    return new Set(names.flatMap((name) => [...find(name)]));
  }

  *#without(
    audience: Audience,
    exceptions: readonly BroadcastException[],
  ): Generator<BounceSocket<object>> {
    const excluded = new Set<BounceSocket<object>>();
    for (const exception of exceptions) {
      for (const socket of this.#named(exception)) excluded.add(socket);
    }
    for (const socket of this.#all(audience)) if (!excluded.has(socket)) yield socket;
  }

  #named(exception: BroadcastException): Sockets {
    if (typeof exception === 'string') return this.rooms.members(exception);
    if (exception instanceof BounceSocket) return [exception];
    return this.connections.ofUser(exception.user);
  }
}
