import { CloseCode, type ErrorCode } from '../protocol/index.js';

const CLOSE_CODE_OF_ERROR: Readonly<Partial<Record<ErrorCode, CloseCode>>> = {
  unauthenticated: CloseCode.Unauthenticated,
  invalid_token: CloseCode.Unauthenticated,
  expired_token: CloseCode.Unauthenticated,
  user_not_found: CloseCode.Unauthenticated,
  forbidden: CloseCode.Forbidden,
  timeout: CloseCode.Timeout,
  limit_exceeded: CloseCode.Overloaded,
  rate_limited: CloseCode.RateLimited,
  unavailable: CloseCode.Overloaded,
};

/** The code a connection is closed with when a connect hook failed that way. */
export function closeCodeFor(error: ErrorCode): CloseCode {
  return CLOSE_CODE_OF_ERROR[error] ?? CloseCode.InternalError;
}
