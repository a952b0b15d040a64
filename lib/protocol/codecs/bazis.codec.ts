import { BounceWsError } from '../bounce-ws.error.js';
import type { Codec } from '../codec.interface.js';
import type { ClientMessage, ServerMessage } from '../envelope.interface.js';
import type { ErrorCode } from '../error-code.constants.js';
import { readErrorData } from '../error-data.js';
import { isEventName } from '../event-name.js';
import { parseJsonObject, payloadToJson } from '../json.js';
import type { JsonLimits } from '../json-limits.js';
import { ReservedEvent } from '../reserved-events.constants.js';

/** Texts that differ from those of PROTOCOL.md, section 9. */
const DETAILS: ReadonlyMap<ErrorCode, string> = new Map([
  ['expired_token', 'Token expired'],
  ['invalid_token', 'Invalid token'],
  ['user_not_found', 'User not found'],
]);

/** What the package sends by itself, which a client could not tell from what the app emitted. */
const NOT_EMITTED: ReadonlySet<string> = new Set([
  ReservedEvent.Ack,
  ReservedEvent.EvalJs,
  'presence_state',
  'presence_diff',
]);

/** Options of {@link BazisCodec}. */
export interface BazisCodecOptions {
  /** Whether `{ type: 'data' }` also has a key `event` with the event's name, which clients of bazis-ws ignore. @default false */
  readonly includeEvent?: boolean;
}

/**
 * The format of bazis-ws: JSON objects in text frames, told apart by `type`; everything emitted arrives as
 * `{ type: 'data', data }`; PROTOCOL.md, appendix D.
 */
export class BazisCodec implements Codec {
  readonly name = 'bazis';
  readonly binary = false;
  readonly subscribesToAll = true;
  readonly toleratesBadTokens = true;

  readonly #includeEvent: boolean;

  constructor({ includeEvent = false }: BazisCodecOptions = {}) {
    this.#includeEvent = includeEvent;
  }

  decode(frame: string, limits: JsonLimits): ClientMessage {
    const { type, ...data } = parseJsonObject(frame, limits);
    const event = type === undefined && 'token' in data ? ReservedEvent.Authenticate : type;
    if (!isEventName(event)) throw new BounceWsError('bad_envelope');
    return { event, data, id: undefined, timestampMicros: undefined, error: undefined };
  }

  encode({ event, data }: ServerMessage): string | undefined {
    if (event === ReservedEvent.Pong) return '{"type":"pong"}';
    if (event === ReservedEvent.Error) return encodeError(data);
    if (NOT_EMITTED.has(event)) return undefined;
    const name = this.#includeEvent ? `"event":${JSON.stringify(event)},` : '';
    return `{"type":"data",${name}"data":${payloadToJson(event, data)}}`;
  }
}

function encodeError(data: unknown): string {
  const { code, message } = readErrorData(data);
  return JSON.stringify({ type: 'error', code, detail: DETAILS.get(code) ?? message });
}
