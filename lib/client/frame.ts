import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { ClientCodec } from '../protocol/client-codec.interface.js';
import type { MessageId } from '../protocol/envelope.interface.js';
import { isEventName } from '../protocol/event-name.js';
import { isMessageId } from '../protocol/message-id.js';
import type { Message } from './client-events.js';
import type { Frame } from './web-socket-like.interface.js';

/** A message to the server, before it is encoded; members that are `undefined` are left out. */
export interface OutgoingMessage {
  readonly event: string;
  readonly id?: MessageId | undefined;
  readonly data?: unknown;
  /** Only on an `ack`: why a request of the server was not answered. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly timestamp?: string;
}

/** The part of a codec that writes and reads. */
export interface FrameCodec extends Pick<ClientCodec, 'binary' | 'read'> {
  /** Writes a message to the server. @throws TypeError when the codec cannot hold the data (a cycle, a BigInt) */
  write(message: OutgoingMessage): Frame;
}

/** The codec that every server knows: PROTOCOL.md, section 3. It needs no subprotocol. */
export const JSON_CODEC: FrameCodec = {
  binary: false,
  write: JSON.stringify,
  read(frame) {
    try {
      return JSON.parse(frame as string) as unknown;
    } catch (cause) {
      throw new BounceWsError('bad_json', 'The server sent no JSON', { cause });
    }
  },
};

/** Reads a frame of the server. @throws BounceWsError `bad_json` or `bad_envelope` */
export function decodeFrame(frame: unknown, codec: FrameCodec): Message {
  const content = typeof frame === 'string' ? frame : new Uint8Array(frame as ArrayBuffer);
  const message = (codec.read(content) ?? {}) as Message;
  if (!isEventName(message.event) || (message.id !== undefined && !isMessageId(message.id))) {
    throw new BounceWsError('bad_envelope', 'The server sent no envelope');
  }
  return message;
}
