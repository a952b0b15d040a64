import type { CloseInfo } from './client-state.js';
import {
  FIRST_PRIVATE,
  FORBIDDEN,
  INVALID_UTF8,
  NORMAL,
  POLICY_VIOLATION,
  PROTOCOL_ERROR,
  RATE_LIMITED,
  REPLACED,
  TIMEOUT,
  TOO_BIG,
  TOO_MANY_BAD_MESSAGES,
  UNAUTHENTICATED,
  UNSUPPORTED_DATA,
} from './close-codes.js';

// The same client would meet the same end again.
const FINAL: ReadonlySet<number> = new Set([
  NORMAL,
  PROTOCOL_ERROR,
  UNSUPPORTED_DATA,
  INVALID_UTF8,
  POLICY_VIOLATION,
  TOO_BIG,
  TOO_MANY_BAD_MESSAGES,
  FORBIDDEN,
  REPLACED,
]);

const HINT = /\bretry-after=(\d+)/;

// Beyond it a hint is more likely a mistake than a wish, and far beyond it a timer fires at once.
const LONGEST_HINT_MS = 3_600_000;

/**
 * How long a client stays away at least after a close; PROTOCOL.md, section 10. Of the codes that the table there does
 * not have, any below 4000 is worth another attempt, such as 1006; one of the application is if it comes with a hint.
 *
 * @param longestMs the wait after the rate limit
 * @param renewsToken whether the next connection would come with a new token
 * @returns Milliseconds to which the back-off is added; `Infinity` for good
 */
export function stayAwayMs(
  { code, reason }: CloseInfo,
  longestMs: number,
  renewsToken: boolean,
): number {
  if (FINAL.has(code)) return Infinity;
  if (code === UNAUTHENTICATED) return renewsToken ? 0 : Infinity;
  const hint = HINT.exec(reason)?.[1];
  if (hint !== undefined) return Math.min(Number(hint), LONGEST_HINT_MS);
  if (code === RATE_LIMITED) return longestMs;
  return code < FIRST_PRIVATE || code === TIMEOUT ? 0 : Infinity;
}
