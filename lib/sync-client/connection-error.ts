import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { ErrorCode } from '../protocol/error-code.constants.js';
import type { Closed } from './channel.interface.js';

/**
 * There is no connection: it could not be opened, or it is gone. `code` is `unavailable`; from the constructor also
 * `unauthenticated` (HTTP 401), `forbidden` (HTTP 403) or `timeout`.
 */
export class ConnectionError extends BounceWsError {
  override readonly name = 'ConnectionError';
  /** The close code; PROTOCOL.md, section 10. 1006 when the connection broke or never came about. */
  readonly closeCode: number;
  /** The close frame's reason; without one, what went wrong, or `''`. */
  readonly reason: string;
  /** The HTTP status of a server that refused the connection. */
  readonly status: number | undefined;

  constructor(code: ErrorCode, message: string, closed: Omit<Closed, 'type' | 'isFailure'>) {
    super(code, message);
    this.closeCode = closed.code;
    this.reason = closed.reason;
    this.status = closed.status;
  }
}

const CODE_OF_STATUS: ReadonlyMap<number | undefined, ErrorCode> = new Map([
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [408, 'timeout'],
]);

/** The error of a connection that never came about. @param where the address, without anything secret */
export function notOpened(where: string, closed: Closed): ConnectionError {
  const code = CODE_OF_STATUS.get(closed.status) ?? 'unavailable';
  return new ConnectionError(code, `No connection to ${where}: ${describe(closed)}`, closed);
}

/** The error of a connection that took too long. @param where the address, without anything secret */
export function notOpenedInTime(where: string, timeoutMs: number): ConnectionError {
  const reason = `not open after ${timeoutMs} ms`;
  const closed = { code: 1006, reason, status: undefined };
  return new ConnectionError('timeout', `No connection to ${where}: ${reason}`, closed);
}

/** The error of whoever needs a connection that is gone. */
export function connectionGone(closed: Closed = CLOSING): ConnectionError {
  return new ConnectionError(
    'unavailable',
    `The connection is closed: ${describe(closed)}`,
    closed,
  );
}

/** The error of whoever waits for a server that is not read, or does not read because of that. */
export function tooMuchUnread(maxUnreadBytes: number): BounceWsError {
  return new BounceWsError(
    'limit_exceeded',
    'Too many messages are unread for this to go on: call receive() or poll(), or unsubscribe',
    { details: { limit: 'maxUnreadBytes', max: maxUnreadBytes } },
  );
}

function describe({ code, reason }: Closed): string {
  return reason === '' ? `code ${code}` : `${reason} (code ${code})`;
}

const CLOSING: Closed = {
  type: 'closed',
  code: 1000,
  reason: 'it is being closed',
  isFailure: false,
  status: undefined,
};
