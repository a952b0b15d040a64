import { randomUUID } from 'node:crypto';
import type { FrameCache } from '../connection/index.js';
import type { RoomLogs } from '../history/index.js';
import { type BroadcastException, forTheLog } from './broadcast-exception.js';

/** Which rooms have got a message through their logs, and which have no log. */
export interface LoggedRooms {
  readonly logged: readonly string[];
  readonly others: readonly string[];
}

/** Gives a message to the logs of the rooms that have one. Who is in several of them gets it in one. */
export function logMessage(
  frames: FrameCache,
  rooms: readonly string[],
  exceptions: readonly BroadcastException[],
  history: RoomLogs,
): LoggedRooms {
  const names = [...new Set(rooms)];
  const logged = names.filter((room) => history.has(room));
  if (logged.length === 0) return { logged, others: names };
  const bytes = frames.envelope();
  const envelope = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString();
  const except = forTheLog(exceptions);
  const of = logged.length > 1 ? randomUUID() : undefined;
  for (const [index, room] of logged.entries()) {
    const copy = of === undefined ? undefined : { of, after: logged.slice(0, index) };
    history.append(room, { envelope, except: copy === undefined ? except : { ...except, copy } });
  }
  return { logged, others: names.filter((room) => !logged.includes(room)) };
}
