import type { Observable } from 'rxjs';
import type { Exceptions } from '../backplane/index.js';

/** A place in the log of a room. */
export interface HistoryPosition {
  /** Names the count. A log that begins anew has another one, so that no offset of before means anything in it. */
  readonly epoch: string;
  /** How many messages the log has had, or the number of one of them: the first has 1. */
  readonly offset: number;
}

/** A message for a log. */
export interface LoggedMessage {
  /** In the format of the codec `bounce`, without room and offset. */
  readonly envelope: string;
  /** Who does not get it, neither now nor in a recovery. */
  readonly except?: Exceptions | undefined;
}

/** A message of a log. */
export interface HistoryEntry extends LoggedMessage {
  readonly offset: number;
}

/** How much of a room is kept. */
export interface HistoryLimits {
  /** Messages; older ones go. */
  readonly size: number;
  /** Milliseconds; a message that is older goes. */
  readonly ttlMs: number;
}

/** What came after a place in a log. */
export interface HistorySlice {
  /** Where the log stands. */
  readonly head: HistoryPosition;
  /** In the order of their offsets, without a hole, up to the head; empty unless {@link isComplete}. */
  readonly entries: readonly HistoryEntry[];
  /** Whether the entries are everything after the place that was asked for. */
  readonly isComplete: boolean;
}

/**
 * Keeps the latest messages of each room, for all nodes of the cluster.
 *
 * - **Ordering**: one count for each room. {@link append} numbers without a hole, in the order in which the store takes the
 *   messages; those of one node in the order of its calls.
 * - **Expiry**: a message goes when more than `size` have come after it, or when it is older than `ttlMs`, by the clock of
 *   the store. The count stays for at least an hour longer than the last message: who missed nothing can be told so.
 * - **Loss**: a store that has lost what it had begins a new epoch. One that has gone back to an older state notices when a
 *   node shows that it knows a later place (`known`), and begins a new epoch then.
 * - **Who may call**: `history/`, for names that are names of rooms. Every method rejects within two seconds when the store
 *   cannot be reached; what was asked may then have happened.
 */
export interface HistoryStore {
  /** Whether a call has a chance now; while it is `false`, every method rejects at once. */
  readonly isReady: boolean;
  /** Each time the store can be reached again: what other nodes appended may have been missed. */
  readonly returned$: Observable<void>;
  /**
   * Appends a message.
   *
   * @param known - the latest place that this node has heard of
   * @returns the place of the message
   */
  append(
    room: string,
    message: LoggedMessage,
    limits: HistoryLimits,
    known?: HistoryPosition,
  ): Promise<HistoryPosition>;
  /**
   * Reads what came after a place.
   *
   * @param since - where to begin; a place of another epoch, or one that lies ahead, is not complete
   * @param limit - most entries, from 0; when more have come, it is not complete
   * @param maxBytes - most bytes of all envelopes together; when more have come, it is not complete. Without it, any number
   */
  readSince(
    room: string,
    since: HistoryPosition,
    limit: number,
    limits: HistoryLimits,
    maxBytes?: number,
  ): Promise<HistorySlice>;
  /** Reads the latest messages, the oldest of them first; with a limit of 0 just where the log stands. Always complete. */
  readLatest(room: string, limit: number, limits: HistoryLimits): Promise<HistorySlice>;
  /** Where each of the logs stands; `undefined` for one that does not exist. */
  heads(rooms: readonly string[]): Promise<readonly (HistoryPosition | undefined)[]>;
  /**
   * Begins a new epoch, without messages: something was said in the room that is not in the log. Nothing happens unless the
   * epoch is still the one given.
   *
   * @returns where the log stands then
   */
  breakOff(room: string, epoch: string): Promise<HistoryPosition>;
}
