import { BounceWsError } from './bounce-ws.error.js';
import type { Codec } from './codec.interface.js';
import type { ClientMessage, MessageId, ServerMessage } from './envelope.interface.js';
import { isEventName } from './event-name.js';
import { checkJsonLimits, type JsonLimits } from './json-limits.js';
import { isMessageId } from './message-id.js';
import { parseTimestamp } from './timestamp.js';

/** The default codec: one JSON object a text frame, `{ event, data, timestamp, id? }`; PROTOCOL.md, section 3. */
export class BounceCodec implements Codec {
  readonly name = 'bounce';
  readonly subprotocol = 'bounce.v1.json';
  readonly binary = false;

  decode(frame: string, limits: JsonLimits): ClientMessage {
    checkJsonLimits(frame, limits);
    const envelope = parseObject(frame);
    const { event, id, data = {}, timestamp, error } = envelope;
    // Answered before anything else is checked, so that every later error can carry the id.
    if (id !== undefined && !isMessageId(id)) throw new BounceWsError('bad_envelope');
    if (!isEventName(event)) throw new BounceWsError('bad_envelope', undefined, { id });
    return { event, data, id, timestampMicros: readTimestamp(timestamp, id), error };
  }

  encode({ event, data, timestamp, id }: ServerMessage): string {
    const json = JSON.stringify(data) as string | undefined;
    if (json === undefined) throw new TypeError(`The data of "${event}" has no JSON form`);
    const idPart = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
    return `{"event":${JSON.stringify(event)},${idPart}"data":${json},"timestamp":"${timestamp}"}`;
  }
}

interface RawEnvelope {
  readonly event?: unknown;
  readonly id?: unknown;
  readonly data?: unknown;
  readonly timestamp?: unknown;
  readonly error?: unknown;
}

function parseObject(text: string): RawEnvelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BounceWsError('bad_json', undefined, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BounceWsError('bad_envelope');
  }
  return value;
}

function readTimestamp(timestamp: unknown, id: MessageId | undefined): number | undefined {
  if (timestamp === undefined) return undefined;
  const micros = parseTimestamp(timestamp);
  if (micros === undefined) throw new BounceWsError('bad_timestamp', undefined, { id });
  return micros;
}
