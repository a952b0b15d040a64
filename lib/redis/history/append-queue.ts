import type { HistoryLimits, HistoryPosition, LoggedMessage } from '../../history/index.js';

/** So that Redis is not kept from others for long. */
const MAX_BATCH_MESSAGES = 100;
const MAX_BATCH_LENGTH = 1_048_576;

/** What is to be appended to a room. */
export interface Append {
  readonly message: LoggedMessage;
  readonly limits: HistoryLimits;
  readonly known: HistoryPosition | undefined;
}

interface WaitingAppend extends Append {
  readonly resolve: (position: HistoryPosition) => void;
  readonly reject: (error: unknown) => void;
}

/** Appends messages with the same limits. @returns the place of the last one */
export type AppendBatch = (room: string, batch: readonly Append[]) => Promise<HistoryPosition>;

/**
 * Has the messages of each room appended in the order in which they came: a room has one batch on its way, and what comes
 * meanwhile goes together with the next. Commands alone would not do: one that has to be sent again, since Redis does not know
 * the script yet or the slot has moved, is overtaken by those behind it.
 */
export class AppendQueue {
  readonly #rooms = new Map<string, WaitingAppend[]>();

  constructor(private readonly appendBatch: AppendBatch) {}

  /** @returns its place */
  add(room: string, append: Append): Promise<HistoryPosition> {
    return new Promise((resolve, reject) => {
      const one: WaitingAppend = { ...append, resolve, reject };
      const waiting = this.#rooms.get(room);
      if (waiting !== undefined) {
        waiting.push(one);
        return;
      }
      const first = [one];
      this.#rooms.set(room, first);
      // Not at once: what else comes in this turn goes with it.
      queueMicrotask(() => void this.#run(room, first));
    });
  }

  async #run(room: string, waiting: WaitingAppend[]): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize(waiting));
      try {
        const { epoch, offset } = await this.appendBatch(room, batch);
        const before = offset - batch.length;
        for (const [index, { resolve }] of batch.entries()) {
          resolve({ epoch, offset: before + index + 1 });
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#rooms.delete(room);
  }
}

/** How many of those that wait go together. */
function batchSize(waiting: readonly WaitingAppend[]): number {
  const { size, ttlMs } = waiting[0]!.limits;
  let length = 0;
  const end = waiting.findIndex(({ message, limits }, index) => {
    length += message.envelope.length;
    const fits = index < MAX_BATCH_MESSAGES && length <= MAX_BATCH_LENGTH;
    return index > 0 && !(fits && limits.size === size && limits.ttlMs === ttlMs);
  });
  return end < 0 ? waiting.length : end;
}
