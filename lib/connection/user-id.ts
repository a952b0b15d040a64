import { BounceWsError } from '../protocol/index.js';

const MAX_USER_ID_LENGTH = 256;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a value can name a user: a string of 1 to 256 characters. */
export function isUserId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_USER_ID_LENGTH &&
    // In UTF-8, on its way to another node, every lone surrogate is the same character: two users would become one.
    !LONE_SURROGATE.test(value)
  );
}

/**
 * Checks the id of a user.
 *
 * @throws BounceWsError `invalid_payload`
 */
export function assertUserId(value: unknown): asserts value is string {
  if (isUserId(value)) return;
  throw new BounceWsError('invalid_payload', 'Not the id of a user', {
    details: { fields: [{ field: 'userId', reason: 'must be a string of 1 to 256 characters' }] },
  });
}
