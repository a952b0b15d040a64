import { BounceWsError } from './bounce-ws.error.js';
import type { ErrorData } from './envelope.interface.js';
import { isErrorCode } from './error-code.constants.js';

/** The `data` of an `error` as something to throw. Codes of a newer server count as `internal_error`; PROTOCOL.md, 9.4. */
export function errorOfData(data: unknown): BounceWsError {
  const { code, message, event, details } = (data ?? {}) as Partial<ErrorData>;
  const text = event === undefined ? message : `${message} (event "${event}")`;
  return new BounceWsError(isErrorCode(code) ? code : 'internal_error', text, { details });
}
