import { Injectable } from '@nestjs/common';
import type { BounceSocket, ReservedRoute } from '../../connection/index.js';
import {
  BounceWsError,
  type ClientMessage,
  isMessageId,
  type MessageId,
  ReservedEvent,
} from '../../protocol/index.js';
import { StreamRegistry } from './stream.registry.js';

/** Ends the Observable that answers an earlier request. */
@Injectable()
export class CancelRoute implements ReservedRoute {
  readonly event = ReservedEvent.Cancel;
  readonly outOfTurn = true;

  constructor(private readonly streams: StreamRegistry) {}

  handle(socket: BounceSocket, { data }: ClientMessage): undefined {
    this.streams.cancel(socket, readId(data));
  }
}

function readId(data: unknown): MessageId {
  const id: unknown =
    typeof data === 'object' && data !== null && 'id' in data ? data.id : undefined;
  if (isMessageId(id)) return id;
  throw new BounceWsError('invalid_payload', undefined, {
    details: { fields: [{ field: 'id', reason: 'must be the id of a request' }] },
  });
}
