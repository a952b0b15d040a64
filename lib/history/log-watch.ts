import { interval, merge, Subscription } from 'rxjs';
import type { Backplane, Gap } from '../backplane/index.js';
import type { HistoryStore } from './history-store.interface.js';
import type { LogAppender } from './log-appender.js';
import type { RoomLog } from './room-log.js';

/** Milliseconds between two looks at where the logs stand: what was lost on its way is found then. */
const COMPARE_INTERVAL_MS = 10_000;

/** Rooms that are compared at once. */
const COMPARED_AT_ONCE = 500;

const DONE = Promise.resolve();
const ROOM_CHANNEL = 'room:';

/** What a {@link LogWatch} is made for. */
export interface LogWatchPort {
  readonly store: HistoryStore;
  readonly backplane: Backplane;
  readonly appender: LogAppender;
  /** The logs of this node, by the names of their rooms. */
  readonly logs: ReadonlyMap<string, RoomLog>;
  /** Something failed. */
  report(error: unknown): void;
}

/**
 * Looks after the logs of a node: whether they stand where the store says, from time to time and whenever something may have
 * been lost.
 */
export class LogWatch {
  readonly #subscription = new Subscription();
  #isComparing = false;
  #isAskedAgain = false;

  constructor(private readonly port: LogWatchPort) {}

  start(): void {
    const { store, backplane } = this.port;
    this.#subscription.add(
      merge(interval(COMPARE_INTERVAL_MS), store.returned$).subscribe(() => void this.#all()),
    );
    this.#subscription.add(backplane.gap$.subscribe((gap) => void this.#afterGap(gap)));
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }

  #afterGap({ channel }: Gap): Promise<void> {
    if (channel === undefined) return this.#all();
    if (!channel.startsWith(ROOM_CHANNEL)) return DONE;
    return this.#compare([channel.slice(ROOM_CHANNEL.length)]);
  }

  /** Looks at all of them, once at a time: whoever asks meanwhile is served by the next look. */
  async #all(): Promise<void> {
    this.#isAskedAgain = this.#isComparing;
    if (this.#isComparing) return;
    this.#isComparing = true;
    do {
      this.#isAskedAgain = false;
      await this.#once();
    } while (this.#isAskedAgain && !this.#subscription.closed);
    this.#isComparing = false;
  }

  async #once(): Promise<void> {
    const { store, appender, logs } = this.port;
    if (!store.isReady) return;
    await appender.repairAll();
    const rooms = [...logs.keys()];
    for (let first = 0; first < rooms.length; first += COMPARED_AT_ONCE) {
      if (this.#subscription.closed) return;
      await this.#compare(rooms.slice(first, first + COMPARED_AT_ONCE));
    }
  }

  async #compare(names: readonly string[]): Promise<void> {
    const { store, logs } = this.port;
    const rooms = names.filter((room) => logs.has(room));
    if (rooms.length === 0 || !store.isReady) return;
    const before = rooms.map((room) => logs.get(room)?.position);
    try {
      const heads = await store.heads(rooms);
      await Promise.all(
        rooms.map((room, index) => logs.get(room)?.compare(heads[index], before[index]) ?? DONE),
      );
    } catch (error) {
      if (!this.#subscription.closed) this.port.report(error);
    }
  }
}
