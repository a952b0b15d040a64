import type { LoggedMessage } from './history-store.interface.js';

/** A message to a room, on its way to the members of this node. */
export interface RoomMessage extends LoggedMessage {
  /** Its number; `undefined` when the log does not have it. */
  readonly offset?: number | undefined;
}
