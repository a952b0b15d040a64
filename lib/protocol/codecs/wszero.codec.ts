import { BounceWsError } from '../bounce-ws.error.js';
import type { Codec } from '../codec.interface.js';
import type { ClientMessage, ServerMessage } from '../envelope.interface.js';
import { readErrorData } from '../error-data.js';
import { isEventName } from '../event-name.js';
import { parseJsonObject, payloadToJson } from '../json.js';
import type { JsonLimits } from '../json-limits.js';
import { ReservedEvent } from '../reserved-events.constants.js';

/** What its browser script would throw on, since no page has a handler for it. */
const UNKNOWN_TO_CLIENTS: ReadonlySet<string> = new Set([
  ReservedEvent.Ack,
  'presence_state',
  'presence_diff',
]);

/**
 * The format of websocket-zero: one JSON object a text frame, whose key `op` is the event and whose other keys are the
 * payload; PROTOCOL.md, appendix B.
 */
export class WszeroCodec implements Codec {
  readonly name = 'wszero';
  readonly binary = false;
  readonly subscribesToAll = true;

  decode(frame: string, limits: JsonLimits): ClientMessage {
    const { op, ...data } = parseJsonObject(frame, limits);
    if (!isEventName(op)) throw new BounceWsError('bad_envelope');
    return { event: op, data, id: undefined, timestampMicros: undefined, error: undefined };
  }

  encode({ event, data }: ServerMessage): string | undefined {
    if (UNKNOWN_TO_CLIENTS.has(event)) return undefined;
    if (event === ReservedEvent.Error) {
      return JSON.stringify({ op: event, msg: readErrorData(data).message });
    }
    const json = payloadToJson(event, data);
    const op = `{"op":${JSON.stringify(event)}`;
    // What is no object has no keys to stand beside `op`.
    if (!json.startsWith('{')) return `${op},"data":${json}}`;
    // Of two `op` the last would count: one in the payload has to go.
    if (json.includes('"op":')) return withoutOp(op, json);
    return json === '{}' ? `${op}}` : `${op},${json.slice(1)}`;
  }
}

function withoutOp(start: string, json: string): string {
  const { op: _dropped, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const others = JSON.stringify(rest);
  return others === '{}' ? `${start}}` : `${start},${others.slice(1)}`;
}
