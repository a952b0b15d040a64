import { NEVER, type Observable } from 'rxjs';
import type {
  HistoryEntry,
  HistoryLimits,
  HistoryPosition,
  HistorySlice,
  HistoryStore,
  LoggedMessage,
} from './history-store.interface.js';
import { MemoryLog } from './memory-log.js';

/** Looked at whenever one more may come: so old ones go faster than new ones come, and nothing needs a timer. */
const LOGS_SWEPT_AT_ONCE = 2;

/** The history of the nodes of one process: of the only one, or of several that share an instance. */
export class MemoryHistoryStore implements HistoryStore {
  readonly #logs = new Map<string, MemoryLog>();
  #sweep = this.#logs.entries();

  readonly isReady: boolean = true;
  readonly returned$: Observable<void> = NEVER;

  async append(
    room: string,
    message: LoggedMessage,
    limits: HistoryLimits,
    known?: HistoryPosition,
  ): Promise<HistoryPosition> {
    const nowMs = performance.now();
    const log = this.#logOf(room, nowMs, limits.ttlMs);
    // It never goes back by itself; whoever shows a later place has it from somewhere.
    if (known?.epoch === log.head.epoch && known.offset > log.head.offset) log.beginAnew();
    log.append(message, limits, nowMs);
    return log.head;
  }

  async readSince(
    room: string,
    since: HistoryPosition,
    limit: number,
    limits: HistoryLimits,
    maxBytes = Infinity,
  ): Promise<HistorySlice> {
    const nowMs = performance.now();
    const log = this.#logOf(room, nowMs, limits.ttlMs);
    const { head } = log;
    const missed = head.offset - since.offset;
    const entries = missed > limit ? [] : log.latest(missed, limits, nowMs);
    const isWhole = head.epoch === since.epoch && entries.length === missed;
    const isComplete = isWhole && (maxBytes === Infinity || bytesOf(entries) <= maxBytes);
    return { head, entries: isComplete ? entries : [], isComplete };
  }

  async readLatest(room: string, limit: number, limits: HistoryLimits): Promise<HistorySlice> {
    const nowMs = performance.now();
    const log = this.#logOf(room, nowMs, limits.ttlMs);
    return { head: log.head, entries: log.latest(limit, limits, nowMs), isComplete: true };
  }

  async heads(rooms: readonly string[]): Promise<readonly (HistoryPosition | undefined)[]> {
    const nowMs = performance.now();
    return rooms.map((room) => {
      const log = this.#logs.get(room);
      log?.keep(nowMs);
      return log?.head;
    });
  }

  async breakOff(room: string, epoch: string): Promise<HistoryPosition> {
    const log = this.#logOf(room, performance.now());
    if (log.head.epoch === epoch) log.beginAnew();
    return log.head;
  }

  #logOf(room: string, nowMs: number, ttlMs?: number): MemoryLog {
    const log = this.#logs.get(room) ?? new MemoryLog();
    this.#logs.set(room, log);
    log.keep(nowMs, ttlMs);
    this.#sweepSome(nowMs);
    return log;
  }

  #sweepSome(nowMs: number): void {
    for (let count = 0; count < LOGS_SWEPT_AT_ONCE; count++) {
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = this.#logs.entries();
        return;
      }
      const [room, log] = next.value;
      if (log.isOver(nowMs)) this.#logs.delete(room);
      else log.trim(nowMs);
    }
  }
}

function bytesOf(entries: readonly HistoryEntry[]): number {
  return entries.reduce((sum, { envelope }) => sum + Buffer.byteLength(envelope), 0);
}
