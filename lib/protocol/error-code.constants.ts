/** The code of every error the server can answer with; the meaning of each is in PROTOCOL.md, section 9. */
export const ErrorCode = {
  BadJson: 'bad_json',
  BadEnvelope: 'bad_envelope',
  TooDeep: 'too_deep',
  BadTimestamp: 'bad_timestamp',
  StaleMessage: 'stale_message',
  UnknownEvent: 'unknown_event',
  ReservedEvent: 'reserved_event',
  InvalidPayload: 'invalid_payload',
  Unauthenticated: 'unauthenticated',
  InvalidToken: 'invalid_token',
  ExpiredToken: 'expired_token',
  UserNotFound: 'user_not_found',
  Forbidden: 'forbidden',
  LimitExceeded: 'limit_exceeded',
  RateLimited: 'rate_limited',
  Timeout: 'timeout',
  Unavailable: 'unavailable',
  InternalError: 'internal_error',
} as const;

/** One of the error codes of PROTOCOL.md. */
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/**
 * The one text that goes with each code. The wire never carries an exception's own text: a text made from input or
 * internals is how payloads and secrets leak.
 */
export const ERROR_MESSAGES: Readonly<Record<ErrorCode, string>> = Object.freeze({
  bad_json: 'The message is not valid JSON',
  bad_envelope: 'The message is not a valid envelope',
  too_deep: 'The message is nested too deeply',
  bad_timestamp: 'The timestamp is not a valid ISO 8601 date and time',
  stale_message: 'A newer message of this event was already handled',
  unknown_event: 'The event is unknown',
  reserved_event: 'The event is reserved',
  invalid_payload: 'The payload is invalid',
  unauthenticated: 'Authentication is required',
  invalid_token: 'The token is invalid',
  expired_token: 'The token has expired',
  user_not_found: 'The user was not found',
  forbidden: 'The operation is not allowed',
  limit_exceeded: 'A limit was exceeded',
  rate_limited: 'Too many messages',
  timeout: 'The operation timed out',
  unavailable: 'The service is temporarily unavailable',
  internal_error: 'Internal server error',
});

/** Whether a value is one of the error codes of PROTOCOL.md. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_MESSAGES, value);
}
