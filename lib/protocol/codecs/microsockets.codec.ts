import { BounceWsError } from '../bounce-ws.error.js';
import type { Codec } from '../codec.interface.js';
import type { ClientMessage, ServerMessage } from '../envelope.interface.js';
import { isEventName } from '../event-name.js';
import { parseJsonObject, payloadToJson } from '../json.js';
import { checkJsonLimits, type JsonLimits } from '../json-limits.js';
import { ReservedEvent } from '../reserved-events.constants.js';

/** What a JSON text can begin with; spares a thrown exception for most plain texts. */
const JSON_START = /^[\s"{[\d\-tfn]/;

/**
 * The format of microsockets: `{ event, payload }` as a JSON object in a text frame, the payload a string that usually is
 * JSON again; PROTOCOL.md, appendix C.
 */
export class MicrosocketsCodec implements Codec {
  readonly name = 'microsockets';
  readonly binary = false;
  readonly subscribesToAll = true;

  decode(frame: string, limits: JsonLimits): ClientMessage {
    const { event, payload = {} } = parseJsonObject(frame, limits);
    if (!isEventName(event)) throw new BounceWsError('bad_envelope');
    const data = typeof payload === 'string' ? decodePayload(payload, limits) : payload;
    return { event, data, id: undefined, timestampMicros: undefined, error: undefined };
  }

  encode({ event, data }: ServerMessage): string | undefined {
    // No client of this format runs scripts or waits for answers.
    if (event === ReservedEvent.EvalJs || event === ReservedEvent.Ack) return undefined;
    const payload = typeof data === 'string' ? data : payloadToJson(event, data);
    return `{"event":${JSON.stringify(event)},"payload":${JSON.stringify(payload)}}`;
  }
}

function decodePayload(text: string, { maxDepth, maxKeys }: JsonLimits): unknown {
  if (!JSON_START.test(text)) return text;
  // The frame's own object is the level that is not counted; this text has none.
  checkJsonLimits(text, { maxDepth: maxDepth - 1, maxKeys });
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
