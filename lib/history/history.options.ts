import { inspect } from 'node:util';
import { assertInRange, ConfigurationError } from '../common/index.js';

/** Options of history: which messages of a room are kept, for those who were away. */
export interface HistorySettings {
  /** How many messages of a room are kept. @default 100 */
  readonly size?: number;
  /** Milliseconds for which a message is kept. @default 300000 */
  readonly ttlMs?: number;
  /**
   * How many messages of a room one recovery brings, or `HistoryService.list()` returns. Who missed more is told so, and
   * gets none.
   *
   * @default 300
   */
  readonly maxRecovered?: number;
  /**
   * Which rooms have history. Asked for each message and each socket that enters; the answer for a name must not change, and
   * be the same on all nodes.
   *
   * @default all of them
   */
  readonly rooms?: (room: string) => boolean;
}

/** {@link HistorySettings} with every default filled in. */
export type ResolvedHistorySettings = Required<HistorySettings>;

/** The part of the module's options that is about history. */
export interface HistoryOptions {
  /**
   * Keeps the messages of rooms, so that who was away for a moment gets what was said meanwhile: in one order for all
   * members, each at least once. `true` for the defaults. Messages then go out when the engine has numbered them.
   *
   * @default false
   */
  readonly history?: boolean | HistorySettings;
}

/** What the rest of this folder reads. */
export interface ResolvedHistoryOptions {
  readonly history: ResolvedHistorySettings | false;
  readonly maxQueuedBytes: number;
}

const HISTORY_DEFAULTS: ResolvedHistorySettings = Object.freeze({
  size: 100,
  ttlMs: 300_000,
  maxRecovered: 300,
  rooms: () => true,
});

/**
 * Fills in the defaults of {@link HistorySettings}.
 *
 * @throws ConfigurationError naming the option that is wrong
 */
export function resolveHistory(
  options: boolean | HistorySettings = false,
): ResolvedHistorySettings | false {
  if (options === false) return false;
  if (options !== true && (typeof options !== 'object' || options === null)) {
    throw new ConfigurationError(
      `The option history must be true, false or an object, not ${inspect(options)}`,
    );
  }
  const given = Object.entries(options === true ? {} : options);
  const history: ResolvedHistorySettings = {
    ...HISTORY_DEFAULTS,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  };
  assertInRange('history.size', history.size);
  assertInRange('history.ttlMs', history.ttlMs);
  assertInRange('history.maxRecovered', history.maxRecovered);
  if (typeof history.rooms !== 'function') {
    throw new ConfigurationError(
      `The option history.rooms must be a function, not ${inspect(history.rooms)}`,
    );
  }
  return history;
}
