import { assertRoomName, BounceWsError, isJsonObject } from '../protocol/index.js';
import type { HistoryPosition } from './history-store.interface.js';
import type { Hello } from './recovery-requests.js';

const MAX_LENGTH = 64;

type Properties = Readonly<Record<string, unknown>>;

/**
 * Reads the data of a `hello`; PROTOCOL.md, section 8.8.
 *
 * @param maxLimit - what a larger limit stands for
 * @throws BounceWsError `invalid_payload`, `limit_exceeded` for more than `maxRooms` rooms
 */
export function readHello(data: unknown, maxLimit: number, maxRooms: number): Hello {
  const hello = propertiesOf(data);
  if (hello === undefined) throw invalid('data', 'must be an object');
  const { connection: formerId, limit, rooms } = hello;
  if (formerId !== undefined && !isShort(formerId)) {
    throw invalid('connection', `must be a string of at most ${MAX_LENGTH} characters`);
  }
  return {
    formerId,
    limit: limit === undefined ? maxLimit : readLimit(limit, maxLimit),
    positions: readPositions(rooms, maxRooms),
  };
}

/** Reads how many messages somebody wants. @throws BounceWsError `invalid_payload` unless it is a whole number from 1 */
export function readLimit(limit: unknown, max: number): number {
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) {
    throw invalid('limit', 'must be a whole number from 1');
  }
  return Math.min(limit, max);
}

function readPositions(rooms: unknown, max: number): Map<string, HistoryPosition> {
  if (!Array.isArray(rooms)) throw invalid('rooms', 'must be an array');
  if (rooms.length > max) {
    throw new BounceWsError('limit_exceeded', undefined, {
      details: { limit: 'roomsPerConnection', max },
    });
  }
  return new Map(rooms.map(readPosition));
}

function readPosition(value: unknown): [room: string, position: HistoryPosition] {
  const { room, epoch, offset } = propertiesOf(value) ?? {};
  assertRoomName(room);
  if (!isShort(epoch)) {
    throw invalid('epoch', `must be a string of at most ${MAX_LENGTH} characters`);
  }
  if (!Number.isSafeInteger(offset) || (offset as number) < 0) {
    throw invalid('offset', 'must be a whole number from 0');
  }
  return [room, { epoch, offset: offset as number }];
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH;
}

/** Own properties only: what a prototype has, nobody sent. */
function propertiesOf(value: unknown): Properties | undefined {
  return isJsonObject(value) ? { ...value } : undefined;
}

function invalid(field: string, reason: string): BounceWsError {
  return new BounceWsError('invalid_payload', `The ${field} ${reason}`, {
    details: { fields: [{ field, reason }] },
  });
}
