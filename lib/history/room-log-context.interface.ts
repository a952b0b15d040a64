import type { BounceSocket } from '../connection/index.js';
import type { HeardCopies } from './heard-copies.js';
import type { ResolvedHistorySettings } from './history.options.js';
import type { HistoryStore } from './history-store.interface.js';

/** What the logs of all rooms share. */
export interface RoomLogContext {
  readonly store: HistoryStore;
  readonly settings: ResolvedHistorySettings;
  readonly copies: HeardCopies;
  /** The sockets of this node that are in a room. */
  members(room: string): ReadonlySet<BounceSocket<object>>;
  /** Lets this node hear what others send to a room. @returns when it does. Never rejects */
  listen(room: string): Promise<void>;
  /** @returns when what this node has appended to a room so far has its number. Never rejects */
  settled(room: string): Promise<void>;
  /** Something failed that will be tried again. */
  report(error: unknown): void;
  /** A message could not be sent to some of the members. */
  undelivered(room: string, error: unknown): void;
}
