/** The fixed texts of PROTOCOL.md, section 9. */
const TEXTS = {
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
  internal_error: 'Internal server error',
} as const;

/** The `data` an `error` must have: the code, its text, and nothing but what is named beside it. */
export function errorData(
  code: keyof typeof TEXTS,
  more: { readonly event?: string; readonly details?: unknown } = {},
): object {
  return { code, message: TEXTS[code], ...more };
}
