import { Injectable } from '@nestjs/common';
import { ReservedEvent, type ClientMessage } from '../protocol/index.js';
import type { BounceSocket } from './bounce-socket.js';
import { ANSWERED, type ReservedRoute } from './reserved-route.interface.js';

/** Answers `ping` with `pong`: browsers cannot send ping frames. */
@Injectable()
export class PingRoute implements ReservedRoute {
  readonly event = ReservedEvent.Ping;
  readonly outOfTurn = true;
  readonly beforeAuthentication = true;
  readonly replaceable = true;

  handle(socket: BounceSocket, { id, data }: ClientMessage): unknown {
    socket.deliver(ReservedEvent.Pong, data, id);
    return ANSWERED;
  }
}
