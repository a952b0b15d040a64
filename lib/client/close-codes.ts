/*
 * The close codes that the client acts on. One constant each: a bundler puts in the numbers, and leaves out the table
 * of all codes with its names.
 */
import type { CloseCode } from '../protocol/close-code.constants.js';

export const NORMAL: typeof CloseCode.Normal = 1000;
export const PROTOCOL_ERROR: typeof CloseCode.ProtocolError = 1002;
export const UNSUPPORTED_DATA: typeof CloseCode.UnsupportedData = 1003;
/** Never sent: the connection broke, or never came about. */
export const BROKEN = 1006;
export const INVALID_UTF8: typeof CloseCode.InvalidUtf8 = 1007;
export const POLICY_VIOLATION: typeof CloseCode.PolicyViolation = 1008;
export const TOO_BIG: typeof CloseCode.TooBig = 1009;
/** An application's own codes begin here, and those of PROTOCOL.md, section 10, that no WebSocket sends by itself. */
export const FIRST_PRIVATE = 4000;
export const TOO_MANY_BAD_MESSAGES: typeof CloseCode.TooManyBadMessages = 4400;
export const UNAUTHENTICATED: typeof CloseCode.Unauthenticated = 4401;
export const FORBIDDEN: typeof CloseCode.Forbidden = 4403;
export const TIMEOUT: typeof CloseCode.Timeout = 4408;
export const REPLACED: typeof CloseCode.Replaced = 4409;
export const RATE_LIMITED: typeof CloseCode.RateLimited = 4429;
