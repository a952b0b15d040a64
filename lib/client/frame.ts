import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { MessageId } from '../protocol/envelope.interface.js';
import { isEventName } from '../protocol/event-name.js';
import { isMessageId } from '../protocol/message-id.js';
import type { Message } from './client-events.js';

/** A message to the server, before it is encoded; members that are `undefined` are left out. */
export interface OutgoingMessage {
  readonly event: string;
  readonly id?: MessageId | undefined;
  readonly data?: unknown;
  /** Only on an `ack`: why a request of the server was not answered. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly timestamp?: string;
}

/** Writes a message as a frame. @throws TypeError when JSON cannot hold the data (a cycle, a BigInt) */
export function encodeFrame(message: OutgoingMessage): string {
  return JSON.stringify(message);
}

/** Reads a frame of the server. @throws BounceWsError `bad_json` or `bad_envelope` */
export function decodeFrame(frame: unknown): Message {
  let value: unknown;
  try {
    value = JSON.parse(String(frame));
  } catch (cause) {
    throw new BounceWsError('bad_json', 'The server sent a frame that is not JSON', { cause });
  }
  const message = (value ?? {}) as Message;
  if (!isEventName(message.event) || (message.id !== undefined && !isMessageId(message.id))) {
    throw new BounceWsError('bad_envelope', 'The server sent a frame that is no envelope');
  }
  return message;
}
