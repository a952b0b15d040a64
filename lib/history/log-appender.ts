import type { HistoryPosition, HistoryStore, LoggedMessage } from './history-store.interface.js';
import type { ResolvedHistorySettings } from './history.options.js';

const DONE = Promise.resolve();

/** How much may wait for its number, in UTF-16 units, which is close enough for a limit; what is beyond goes out without. */
const MAX_PENDING_LENGTH = 16_777_216;

/** What a message costs while it waits, beside its text. */
const PENDING_OVERHEAD = 500;

/** Logs that are broken off at once. */
const REPAIRED_AT_ONCE = 500;

/** What a {@link LogAppender} is made for. */
export interface LogAppenderPort {
  readonly store: HistoryStore;
  readonly settings: ResolvedHistorySettings;
  /** The latest place in a room that this node has heard of. */
  known(room: string): HistoryPosition | undefined;
  /** A message has its number. */
  numbered(room: string, message: LoggedMessage, position: HistoryPosition): void;
  /** A message gets none, and goes out without. */
  unnumbered(room: string, message: LoggedMessage): void;
  /** A log was broken off: there is something that it does not have. */
  brokenOff(room: string, head: HistoryPosition): void;
  /** Something failed. */
  report(error: unknown): void;
}

/**
 * Gives the messages of this node their numbers: those of one room in the order in which they were said. While the store is
 * away they go out without, and their rooms' logs are broken off when it is back, so that nobody takes them for whole.
 */
export class LogAppender {
  /** Of each room with messages under way: settled when the last of them is. */
  readonly #tails = new Map<string, Promise<void>>();
  /** The rooms whose logs lack something, each with a number that rises with what it lacks. */
  readonly #torn = new Map<string, number>();
  /** The rooms whose logs are being broken off. */
  readonly #repairs = new Map<string, Promise<void>>();
  #tears = 0;
  #pendingLength = 0;

  constructor(private readonly port: LogAppenderPort) {}

  /** Appends a message. It returns at once. */
  append(room: string, message: LoggedMessage): void {
    const length = message.envelope.length + PENDING_OVERHEAD;
    if (this.port.store.isReady && this.#pendingLength + length <= MAX_PENDING_LENGTH) {
      this.#number(room, message, length);
    } else if (this.#tails.has(room)) {
      this.#after(room, () => this.#tear(room, message));
    } else {
      this.#tear(room, message);
    }
  }

  /** @returns when all messages to a room have gone out. Never rejects */
  settled(room: string): Promise<void> {
    return this.#tails.get(room) ?? DONE;
  }

  /** @returns when all messages have gone out. Never rejects */
  async allSettled(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  /** Breaks off the logs that lack something. Never rejects */
  async repairAll(): Promise<void> {
    const rooms = [...this.#torn.keys()];
    for (let first = 0; first < rooms.length; first += REPAIRED_AT_ONCE) {
      const some = rooms.slice(first, first + REPAIRED_AT_ONCE);
      await Promise.all(
        some.map((room) => this.#repair(room).catch((error: unknown) => this.port.report(error))),
      );
    }
  }

  #number(room: string, message: LoggedMessage, length: number): void {
    const { store, settings } = this.port;
    const append = (): Promise<HistoryPosition> =>
      store.append(room, message, settings, this.port.known(room));
    this.#pendingLength += length;
    const appended = this.#torn.has(room) ? this.#repair(room).then(append) : append();
    const place = appended.catch((error: unknown) => this.port.report(error));
    this.#after(room, async () => {
      const position = await place;
      this.#pendingLength -= length;
      if (position === undefined) this.#tear(room, message);
      else this.port.numbered(room, message, position);
    });
  }

  /** Breaks a log off that lacks something. Who asks meanwhile waits for the same. */
  #repair(room: string): Promise<void> {
    const running = this.#repairs.get(room);
    if (running !== undefined) return running;
    const tear = this.#torn.get(room);
    const repair = this.#breakOff(room);
    this.#repairs.set(room, repair);
    // The first to hear of it, before those that wait: what is said later must not overtake them.
    repair.then(
      () => {
        this.#repairs.delete(room);
        // Unless it lacks something again.
        if (this.#torn.get(room) === tear) this.#torn.delete(room);
      },
      () => this.#repairs.delete(room),
    );
    return repair;
  }

  async #breakOff(room: string): Promise<void> {
    const { store } = this.port;
    // Whichever epoch it is: another node may have begun it while this one was still away.
    const [head] = await store.heads([room]);
    if (head !== undefined) this.port.brokenOff(room, await store.breakOff(room, head.epoch));
  }

  #tear(room: string, message: LoggedMessage): void {
    this.#torn.set(room, ++this.#tears);
    this.port.unnumbered(room, message);
  }

  #after(room: string, work: () => void | Promise<void>): void {
    const before = this.#tails.get(room) ?? DONE;
    const tail = before
      .then(work)
      .catch((error: unknown) => this.port.report(error))
      .finally(() => {
        if (this.#tails.get(room) === tail) this.#tails.delete(room);
      });
    this.#tails.set(room, tail);
  }
}
