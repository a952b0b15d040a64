import { HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { BounceWsError, type ErrorCode, isErrorCode } from '../../protocol/index.js';
import type { Stage } from './message-context.js';

const CODE_OF_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'invalid_payload'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [408, 'timeout'],
  [413, 'limit_exceeded'],
  [422, 'invalid_payload'],
  [429, 'rate_limited'],
  [503, 'unavailable'],
]);

/** What a WsException without a code of ours means, by where it was thrown. */
const CODE_OF_STAGE: Readonly<Record<Stage, ErrorCode>> = {
  middleware: 'forbidden',
  guard: 'forbidden',
  pipe: 'invalid_payload',
  handler: 'internal_error',
};

/**
 * Says what the client is told about an exception. Only exceptions made to be told (BounceWsError, WsException, and
 * HttpException below 500) pass on what they say, as `details`; everything else is `internal_error` and no more.
 */
export function toClientError(exception: unknown, stage: Stage): BounceWsError {
  try {
    return translate(exception, stage);
  } catch {
    // Anything can be thrown, also what throws when it is looked at.
    return new BounceWsError('internal_error', undefined, { cause: exception });
  }
}

function translate(exception: unknown, stage: Stage): BounceWsError {
  if (exception instanceof BounceWsError) return exception;
  if (exception instanceof WsException) return fromWsException(exception, stage);
  if (exception instanceof HttpException) return fromHttpException(exception);
  return new BounceWsError('internal_error', undefined, { cause: exception });
}

function fromWsException(exception: WsException, stage: Stage): BounceWsError {
  // Plain JavaScript can give it anything, or nothing.
  const error: unknown = exception.getError();
  const object = typeof error === 'object' && error !== null ? error : undefined;
  const code: unknown = object !== undefined && 'code' in object ? object.code : undefined;
  return new BounceWsError(isErrorCode(code) ? code : CODE_OF_STAGE[stage], exception.message, {
    cause: exception,
    details: typeof error === 'string' ? { message: error } : object,
  });
}

function fromHttpException(exception: HttpException): BounceWsError {
  const code = CODE_OF_STATUS.get(exception.getStatus()) ?? 'internal_error';
  if (exception.getStatus() >= 500) return new BounceWsError(code, undefined, { cause: exception });
  const response = exception.getResponse();
  return new BounceWsError(code, exception.message, {
    cause: exception,
    details: typeof response === 'string' ? { message: response } : response,
  });
}
