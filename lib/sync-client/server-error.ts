import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { ErrorData } from '../protocol/envelope.interface.js';
import { isErrorCode } from '../protocol/error-code.constants.js';

/** The data of an `error` of the server as something to throw. Codes of a newer server count as `internal_error`. */
export function toError(data: unknown): BounceWsError {
  const { code, message, event, details } = (data ?? {}) as Partial<ErrorData>;
  const text = event === undefined ? message : `${message} (event "${event}")`;
  return new BounceWsError(isErrorCode(code) ? code : 'internal_error', text, { details });
}
