import { BounceWsError } from './bounce-ws.error.js';

const MAX_ROOM_NAME_LENGTH = 128;

// Nothing a Redis pattern, a log line or a URL could misread.
const ROOM_NAME = /^[A-Za-z0-9_:.\-/@#=+]+$/;

/**
 * Checks the name of a room: 1 to 128 characters of `A-Z a-z 0-9 _ : . - / @ # = +`.
 *
 * @throws BounceWsError `invalid_payload`, since names mostly come from clients
 */
export function assertRoomName(room: unknown): asserts room is string {
  // The length first: a name of 64 KB is refused without being read.
  if (typeof room === 'string' && room.length <= MAX_ROOM_NAME_LENGTH && ROOM_NAME.test(room)) {
    return;
  }
  throw new BounceWsError('invalid_payload', 'Not a room name', {
    details: {
      fields: [
        { field: 'room', reason: 'must be 1 to 128 characters of A-Z a-z 0-9 _ : . - / @ # = +' },
      ],
    },
  });
}
