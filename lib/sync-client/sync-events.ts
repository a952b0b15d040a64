import type { ErrorData, MessageId } from '../protocol/envelope.interface.js';
import type { EventAnswer, EventData, EventMap } from '../protocol/event-map.js';

/** Events every client can listen to. `connect` and `disconnect` are raised locally, never by the server. */
export interface BuiltInEvents {
  /** The connection is open. */
  readonly connect: undefined;
  /** The connection is gone. */
  readonly disconnect: CloseInfo;
  /** The server could not handle a message that asked for no answer. */
  readonly error: ErrorData;
}

/** Why a connection ended. */
export interface CloseInfo {
  /** The close code; PROTOCOL.md, section 10. 1006 when the connection broke. */
  readonly code: number;
  /** The close frame's reason; without one, what went wrong, or `''`. */
  readonly reason: string;
}

/** What a client can listen to: the server's events and the built-in ones. */
export type Incoming<TEvents> = TEvents & BuiltInEvents;

/** A message of the server, as it came over the wire. */
export interface Message<TEvent extends string = string, TData = unknown> {
  readonly event: TEvent;
  readonly data: TData;
  /** When the server sent it: ISO 8601, UTC. Absent in local events. */
  readonly timestamp?: string;
  /** Only in answers to messages that the application sent with an `id` of its own. */
  readonly id?: MessageId;
}

type UntypedHandler = {
  // A method's parameter may be narrower than `unknown`: (data: { id: string }) => void fits an untyped event.
  handle(data: unknown, message: Message): unknown;
}['handle'];

/** Called with the data of an event, and with the whole message. What it returns is ignored. */
export type EventHandler<TData> = unknown extends TData
  ? UntypedHandler
  : (data: TData, message: Message) => unknown;

/** Answers a request of the server; what it returns is the answer. */
export type RequestHandler<TEvents = EventMap, TEvent = string> = EventMap extends TEvents
  ? UntypedHandler
  : (data: EventData<TEvents, TEvent>, message: Message) => EventAnswer<TEvents, TEvent>;
