export { BounceCodec, withPlace } from './codecs/bounce.codec.js';
export { BounceWsError, type BounceWsErrorOptions } from './bounce-ws.error.js';
export { CloseCode } from './close-code.constants.js';
export type { ClientCodec } from './client-codec.interface.js';
export type { Codec } from './codec.interface.js';
export type { ClientMessage, ErrorData, MessageId, ServerMessage } from './envelope.interface.js';
export { ERROR_MESSAGES, ErrorCode, isErrorCode } from './error-code.constants.js';
export type {
  EmitArguments,
  EventAnswer,
  EventData,
  EventMap,
  EventName,
  RequestArguments,
} from './event-map.js';
export { readErrorData } from './error-data.js';
export { isEventName, MAX_EVENT_NAME_LENGTH } from './event-name.js';
export { isJsonObject } from './is-json-object.js';
export { parseJsonObject, payloadToJson } from './json.js';
export { checkJsonLimits, type JsonLimits } from './json-limits.js';
export { isMessageId, MAX_MESSAGE_ID_LENGTH } from './message-id.js';
export { readEnvelope } from './read-envelope.js';
export {
  CLIENT_RESERVED_EVENTS,
  isReservedEvent,
  RESERVED_EVENTS,
  ReservedEvent,
  SERVER_ONLY_EVENTS,
} from './reserved-events.constants.js';
export { assertRoomName } from './room-name.js';
export { formatTimestamp, parseTimestamp, type TimestampStyle } from './timestamp.js';
