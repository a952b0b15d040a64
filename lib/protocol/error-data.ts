import type { ErrorData } from './envelope.interface.js';
import { ERROR_MESSAGES } from './error-code.constants.js';

/**
 * The code and the text of an `error` message, for formats that have them in other places. An app may emit `error` itself,
 * with any data: what is missing there is that of `internal_error`.
 */
export function readErrorData(data: unknown): Pick<ErrorData, 'code' | 'message'> {
  const { code = 'internal_error', message = ERROR_MESSAGES.internal_error } = Object(
    data,
  ) as Partial<ErrorData>;
  return { code, message };
}
