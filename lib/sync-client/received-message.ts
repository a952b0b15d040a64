import { isEventName } from '../protocol/event-name.js';
import { isMessageId } from '../protocol/message-id.js';
import type { EventData, EventMap, EventName } from '../protocol/event-map.js';
import type { Incoming, Message } from './sync-events.js';

/** A text message that is an envelope: `{ event, data, timestamp }`. */
export interface EventMessage<TEvent extends string = string, TData = unknown> extends Message<
  TEvent,
  TData
> {
  /** The text as it came. */
  readonly raw: string;
}

/** A message that is no envelope: any other text, or bytes. */
export interface RawMessage {
  readonly event: undefined;
  /** The same as {@link RawMessage.raw}. */
  readonly data: string | Uint8Array;
  /** A `string` for a text message, a `Uint8Array` for a binary one. */
  readonly raw: string | Uint8Array;
}

type EventMessageOf<TEvents, TEvent extends string> = {
  [TName in TEvent]: EventMessage<TName, EventData<TEvents, TName>>;
}[TEvent];

/** A message of the server; `event` tells which kind it is. */
export type ReceivedMessage<TServerEvents extends object = EventMap> =
  | (EventMap extends TServerEvents
      ? EventMessage
      : EventMessageOf<Incoming<TServerEvents>, EventName<TServerEvents> | 'error'>)
  | RawMessage;

/** Reads a frame of the server. Any frame is a message: other servers than ours do not send envelopes. */
export function readMessage(frame: string | Uint8Array): EventMessage | RawMessage {
  const envelope = typeof frame === 'string' ? parseObject(frame) : undefined;
  const { event, data, timestamp, id } = envelope ?? {};
  if (!isEventName(event) || (id !== undefined && !isMessageId(id))) {
    return { event: undefined, data: frame, raw: frame };
  }
  const message: Mutable<EventMessage> = { event, data, raw: frame as string };
  if (typeof timestamp === 'string') message.timestamp = timestamp;
  if (id !== undefined) message.id = id;
  return message;
}

type Mutable<T> = { -readonly [TKey in keyof T]: T[TKey] };

interface RawEnvelope {
  readonly event?: unknown;
  readonly data?: unknown;
  readonly timestamp?: unknown;
  readonly id?: unknown;
}

function parseObject(text: string): RawEnvelope | undefined {
  try {
    // `Object` lets null, numbers and strings pass as objects without an event.
    return Object(JSON.parse(text)) as RawEnvelope;
  } catch {
    return undefined;
  }
}
