import { Injectable } from '@nestjs/common';
import { ReservedEvent, type ClientMessage } from '../protocol/index.js';
import type { BounceSocket } from './bounce-socket.js';
import { ANSWERED, type ReservedRoute } from './reserved-route.interface.js';

/** Takes a client's answer to `BounceSocket.request()`. */
@Injectable()
export class AckRoute implements ReservedRoute {
  readonly event = ReservedEvent.Ack;
  // A handler that awaits client.request() would otherwise wait for an answer queued behind itself.
  readonly outOfTurn = true;
  readonly beforeAuthentication = true;

  handle(socket: BounceSocket, { id, data, error }: ClientMessage): unknown {
    socket.settleRequest(id, data, error);
    return ANSWERED;
  }
}
