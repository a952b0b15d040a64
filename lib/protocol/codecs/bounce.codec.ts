import type { Codec } from '../codec.interface.js';
import type { ClientMessage, ServerMessage } from '../envelope.interface.js';
import { parseJsonObject, payloadToJson } from '../json.js';
import type { JsonLimits } from '../json-limits.js';
import { readEnvelope } from '../read-envelope.js';

/** The default codec: one JSON object a text frame, `{ event, data, timestamp, id? }`; PROTOCOL.md, section 3. */
export class BounceCodec implements Codec {
  readonly name = 'bounce';
  readonly subprotocol = 'bounce.v1.json';
  readonly binary = false;
  readonly hasIds = true;

  decode(frame: string, limits: JsonLimits): ClientMessage {
    return readEnvelope(parseJsonObject(frame, limits));
  }

  encode({ event, data, timestamp, id, room, offset }: ServerMessage): string {
    const json = payloadToJson(event, data);
    const idPart = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
    const place = offset === undefined ? '' : placeInLog(room, offset);
    return `{"event":${JSON.stringify(event)},${idPart}"data":${json},"timestamp":"${timestamp}"${place}}`;
  }
}

/** Gives a message that is encoded already its place in the log of a room. */
export function withPlace(envelope: string, room: string, offset: number): string {
  return `${envelope.slice(0, -1)}${placeInLog(room, offset)}}`;
}

function placeInLog(room: string | undefined, offset: number): string {
  return `,"room":${JSON.stringify(room)},"offset":${offset}`;
}
