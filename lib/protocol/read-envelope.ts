import { BounceWsError } from './bounce-ws.error.js';
import type { ClientMessage, MessageId } from './envelope.interface.js';
import { isEventName } from './event-name.js';
import { isMessageId } from './message-id.js';
import { parseTimestamp } from './timestamp.js';

interface RawEnvelope {
  readonly event?: unknown;
  readonly id?: unknown;
  readonly data?: unknown;
  readonly timestamp?: unknown;
  readonly error?: unknown;
}

/**
 * Checks the envelope of PROTOCOL.md, section 3, however it was encoded.
 *
 * @throws BounceWsError `bad_envelope` or `bad_timestamp`, with the message's id as soon as it is known to be one
 */
export function readEnvelope(envelope: RawEnvelope): ClientMessage {
  const { event, id, data = {}, timestamp, error } = envelope;
  // Answered before anything else is checked, so that every later error can carry the id.
  if (id !== undefined && !isMessageId(id)) throw new BounceWsError('bad_envelope');
  if (!isEventName(event)) throw new BounceWsError('bad_envelope', undefined, { id });
  return { event, data, id, timestampMicros: readTimestamp(timestamp, id), error };
}

function readTimestamp(timestamp: unknown, id: MessageId | undefined): number | undefined {
  if (timestamp === undefined) return undefined;
  const micros = parseTimestamp(timestamp);
  if (micros === undefined) throw new BounceWsError('bad_timestamp', undefined, { id });
  return micros;
}
