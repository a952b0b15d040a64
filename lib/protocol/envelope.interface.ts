import type { ErrorCode } from './error-code.constants.js';

/** What a peer puts into a message to get an answer to it: a safe integer, or a string of 1 to 64 characters. */
export type MessageId = number | string;

/** A message from a client, decoded and checked. */
export interface ClientMessage {
  /** The name that routes the message; 1 to 128 characters. */
  readonly event: string;
  /** The payload; `{}` when the client sent none. */
  readonly data: unknown;
  /** Present when the client wants an answer. */
  readonly id?: MessageId | undefined;
  /** When the client says it sent the message, in microseconds since 1970 (UTC). */
  readonly timestampMicros?: number | undefined;
  /** Only on an `ack`: why the client could not answer a `request` of the server. */
  readonly error?: unknown;
}

/** A message to a client, before it is encoded. */
export interface ServerMessage {
  readonly event: string;
  readonly data: unknown;
  /** When the server sent it, as it stands on the wire. */
  readonly timestamp: string;
  /** Present in answers (`ack`, `error`, the items of a stream) and in requests of the server. */
  readonly id?: MessageId | undefined;
  /** The room with history that it was sent to; PROTOCOL.md, section 8.7. Present together with {@link offset}. */
  readonly room?: string | undefined;
  /** Its number in that room. */
  readonly offset?: number | undefined;
}

/** The `data` of an `error` answer. */
export interface ErrorData {
  readonly code: ErrorCode;
  /** The fixed text of the code. */
  readonly message: string;
  /** The event of the message that failed, when it was known. */
  readonly event?: string;
  /** What a validator or the application wants the client to know. */
  readonly details?: unknown;
}
