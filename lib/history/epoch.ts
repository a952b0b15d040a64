import { randomBytes } from 'node:crypto';

const EPOCH_BYTES = 9;

/**
 * How long the count of a room stays when nobody asks for it any more, on top of its last message, in milliseconds. Nodes ask
 * for as long as they have members of it. Not for ever: clients may be free to choose the names of rooms.
 */
export const EPOCH_KEPT_MS = 3_600_000;

/** The name of a count that begins: 12 characters that no other one has, before or after. */
export function newEpoch(): string {
  return randomBytes(EPOCH_BYTES).toString('base64url');
}
