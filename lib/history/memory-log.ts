import { EPOCH_KEPT_MS, newEpoch } from './epoch.js';
import type {
  HistoryEntry,
  HistoryLimits,
  HistoryPosition,
  LoggedMessage,
} from './history-store.interface.js';

interface TimedEntry {
  readonly entry: HistoryEntry;
  readonly atMs: number;
}

/** The log of one room, in memory. Every method takes the time it is, in milliseconds of a clock that only rises. */
export class MemoryLog {
  #epoch = newEpoch();
  #offset = 0;
  #entries: TimedEntry[] = [];
  #ttlMs = 0;
  #keptUntilMs = 0;

  get head(): HistoryPosition {
    return { epoch: this.#epoch, offset: this.#offset };
  }

  /** Whether nobody has appended or asked for so long that it may be forgotten. */
  isOver(nowMs: number): boolean {
    return nowMs > this.#keptUntilMs;
  }

  /** Somebody asks for it: it stays. */
  keep(nowMs: number, ttlMs = 0): void {
    this.#keptUntilMs = Math.max(this.#keptUntilMs, nowMs + ttlMs + EPOCH_KEPT_MS);
  }

  append({ envelope, except }: LoggedMessage, { size, ttlMs }: HistoryLimits, nowMs: number): void {
    const offset = ++this.#offset;
    const entry = except === undefined ? { offset, envelope } : { offset, envelope, except };
    this.#entries.push({ entry, atMs: nowMs });
    this.#ttlMs = ttlMs;
    this.trim(nowMs, size);
  }

  /** The latest messages that are young enough, the oldest of them first. */
  latest(count: number, { size, ttlMs }: HistoryLimits, nowMs: number): HistoryEntry[] {
    const first = Math.max(0, this.#entries.length - Math.min(count, size));
    return this.#entries
      .slice(first)
      .filter(({ atMs }) => nowMs - atMs <= ttlMs)
      .map(({ entry }) => entry);
  }

  /** Lets go of messages that are too many or too old. */
  trim(nowMs: number, size = Infinity): void {
    const entries = this.#entries;
    let first = Math.max(0, entries.length - size);
    while (first < entries.length && nowMs - entries[first]!.atMs > this.#ttlMs) first++;
    if (first > 0) entries.splice(0, first);
  }

  /** Forgets everything, and counts anew. */
  beginAnew(): void {
    this.#epoch = newEpoch();
    this.#offset = 0;
    this.#entries = [];
  }
}
