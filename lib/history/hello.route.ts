import { Inject, Injectable } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import type { BounceSocket, ReservedRoute } from '../connection/index.js';
import { BounceWsError, type ClientMessage, ReservedEvent } from '../protocol/index.js';
import type { ResolvedHistoryOptions } from './history.options.js';
import { readHello } from './read-hello.js';
import { RoomLogs } from './room-logs.js';

/** Clients remember as many rooms, also those that they have left; PROTOCOL.md, section 8.8. */
const ROOMS_IN_HELLO = 128;

/** Takes where a client stood in its rooms when its last connection ended. */
@Injectable()
export class HelloRoute implements ReservedRoute {
  readonly event = ReservedEvent.Hello;
  readonly offered: boolean;

  constructor(
    private readonly logs: RoomLogs,
    @Inject(BOUNCE_WS_OPTIONS)
    private readonly options: ResolvedHistoryOptions & { readonly roomsPerConnection: number },
  ) {
    this.offered = options.history !== false;
  }

  handle(socket: BounceSocket, { data, id }: ClientMessage): unknown {
    const { history, roomsPerConnection } = this.options;
    // Without ids there is no way to say what is recovered, and what is live.
    if (history === false || socket.codec.hasIds !== true) {
      throw new BounceWsError('reserved_event');
    }
    const maxRooms = Math.max(roomsPerConnection, ROOMS_IN_HELLO);
    const hello = readHello(data, history.maxRecovered, maxRooms);
    if (!this.logs.greeted(socket, hello)) {
      throw new BounceWsError('forbidden', 'A connection says hello once');
    }
    return id === undefined ? undefined : { connection: socket.id };
  }
}
