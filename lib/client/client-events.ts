import type { ErrorData, MessageId } from '../protocol/envelope.interface.js';
import type { EventAnswer, EventData, EventMap } from '../protocol/event-map.js';
import type { CloseInfo } from './client-state.js';

/** Where the count of a room stands for this connection: the room's messages that follow have higher offsets. */
export interface RecoveryData {
  readonly room: string;
  /** Names the count: an offset means nothing in another one. */
  readonly epoch: string;
  readonly offset: number;
  /**
   * `true`: everything that was missed follows. `false`: messages may be missing, so load the state in another way. Absent
   * where nothing was asked for: the connection has entered the room.
   */
  readonly recovered?: boolean;
}

/** Events every client can listen to. `connect` and `disconnect` are raised locally, never by the server. */
export interface BuiltInEvents {
  /** The connection is open, for the first time or again; subscriptions and queued messages are already on their way. */
  readonly connect: undefined;
  /** An open connection is gone. */
  readonly disconnect: CloseInfo;
  /** The server asks for a new token; where there is a `getToken`, it has been asked already. */
  readonly authenticate: unknown;
  /** The server could not handle a message that asked for no answer. */
  readonly error: ErrorData;
  /** Where a room stands whose messages the server keeps, and whether what this client missed of them follows. */
  readonly recovery: RecoveryData;
}

/** What a client can listen to: the server's events and the built-in ones. */
export type Incoming<TEvents> = TEvents & BuiltInEvents;

/** A message of the server, as it came over the wire. */
export interface Message {
  readonly event: string;
  readonly data: unknown;
  /** When the server sent it: ISO 8601, UTC. Absent in local events. */
  readonly timestamp?: string | undefined;
  /** Only in answers and in requests of the server. */
  readonly id?: MessageId | undefined;
  /** Only in messages of a room whose messages the server keeps. */
  readonly room?: string | undefined;
  /** The number of the message in its {@link room}: it only rises, and not every number comes. */
  readonly offset?: number | undefined;
}

type UntypedHandler = {
  // A method's parameter may be narrower than `unknown`: (data: { id: string }) => void fits an untyped event.
  handle(data: unknown, message: Message): unknown;
}['handle'];

/** Called with the data of an event, and with the whole message. What it returns is ignored. */
export type EventHandler<TData> = unknown extends TData
  ? UntypedHandler
  : (data: TData, message: Message) => unknown;

/** Called for every event of the server. */
export type AnyEventHandler = (event: string, data: unknown, message: Message) => unknown;

/** Answers a request of the server; what it returns, or resolves to, is the answer. */
export type RequestHandler<TEvents = EventMap, TEvent = string> = EventMap extends TEvents
  ? UntypedHandler
  : (
      data: EventData<TEvents, TEvent>,
      message: Message,
    ) => EventAnswer<TEvents, TEvent> | PromiseLike<EventAnswer<TEvents, TEvent>>;

/** Takes back what the call that returned it did; a second call is harmless. */
export type Unsubscribe = () => void;
