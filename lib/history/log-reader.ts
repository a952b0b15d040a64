import type { HistoryPosition, HistorySlice } from './history-store.interface.js';
import { type EarlyMessage, EarlyMessages } from './early-messages.js';
import { HoleTimer } from './hole-timer.js';
import { isBefore } from './is-before.js';
import type { RoomLogContext } from './room-log-context.interface.js';
import type { RoomMessage } from './room-message.js';

/** How long nothing is given up while later messages come, in milliseconds: of a burst that is larger than the log. */
const PATIENCE_MS = 2_000;

/** How often a place in the log is tried to be reached: the first time may have begun before it was there. */
const CATCH_UPS = 2;

type NumberedMessage = RoomMessage & { readonly offset: number };

/** What a {@link LogReader} tells. */
export interface LogReaderEvents {
  /** It knows where the log stands; messages follow from there. */
  opened(position: HistoryPosition): void;
  /** There may be a hole. Messages follow from this place on. */
  broken(position: HistoryPosition): void;
  /** The next message, or one that came by itself and whose turn never comes: that is told without its number. */
  message(message: RoomMessage): void;
}

/** Brings the messages of a log into their order, and reads from the store those that did not come by themselves. */
export class LogReader {
  #position: HistoryPosition | undefined;
  readonly #early = new EarlyMessages();
  #opening: Promise<boolean> | undefined;
  #catchingUp: Promise<boolean> | undefined;
  readonly #hole = new HoleTimer(() => void this.catchUp());
  #isClosed = false;
  #progressMs = 0;

  constructor(
    private readonly room: string,
    private readonly context: RoomLogContext,
    private readonly events: LogReaderEvents,
  ) {}

  /** Up to where everything was told; `undefined` while that is not known. */
  get position(): HistoryPosition | undefined {
    return this.#position;
  }

  /** @returns whether it is known where the log stands. Never rejects */
  open(): Promise<boolean> {
    if (this.#position !== undefined) return Promise.resolve(true);
    return (this.#opening ??= this.#open().finally(() => (this.#opening = undefined)));
  }

  /** Takes a message that came by itself, in whatever order. */
  take(epoch: string, message: NumberedMessage): void {
    const position = this.#position;
    if (position === undefined) {
      this.#keep(epoch, message);
      void this.open();
    } else if (epoch !== position.epoch || message.offset > position.offset + 1) {
      this.#keep(epoch, message);
    } else if (message.offset === position.offset + 1) {
      this.#next(message);
      this.#drain();
    }
  }

  /**
   * Compares with where the log stands, and reads what is missing. Never rejects
   *
   * @param before - what {@link position} was when the log was looked at
   */
  async compare(head: HistoryPosition | undefined, before?: HistoryPosition): Promise<void> {
    if (this.#position === undefined) await this.open();
    else if (head === undefined || this.#isBehind(head) || isBefore(head, before)) {
      await this.catchUp();
    }
  }

  /** Reads what is missing. @returns whether it could. Never rejects */
  catchUp(): Promise<boolean> {
    return (this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined;
      if (this.#early.size > 0 && this.#position !== undefined) this.#hole.start();
    }));
  }

  /**
   * Reads what came after a place, for somebody who missed it. All of it has been told here then.
   *
   * @returns `undefined` when there is a hole, or more than so many bytes, or nobody knows. Never rejects
   */
  async readSince(
    since: HistoryPosition,
    limit: number,
    maxBytes: number,
  ): Promise<HistorySlice | undefined> {
    const { store, settings } = this.context;
    try {
      const slice = await store.readSince(this.room, since, limit, settings, maxBytes);
      if (!slice.isComplete) return undefined;
      for (let times = 0; times < CATCH_UPS && this.#isBehind(slice.head); times++) {
        await this.catchUp();
      }
      return this.#isBehind(slice.head) ? undefined : slice;
    } catch (error) {
      this.context.report(error);
      return undefined;
    }
  }

  /** Tells what waits for those before it, which cannot be read now. */
  release(): void {
    this.#release(this.#early.all());
  }

  close(): void {
    this.#isClosed = true;
    this.#hole.stop();
    this.#early.clear();
  }

  async #open(): Promise<boolean> {
    const { store, settings } = this.context;
    try {
      // First, so that nothing is missed between the two.
      await this.context.listen(this.room);
      const { head } = await store.readLatest(this.room, 0, settings);
      await this.context.settled(this.room);
      if (this.#isClosed) return false;
      this.#position = { epoch: head.epoch, offset: this.#beginning(head) };
      this.events.opened(this.#position);
      this.#drain();
      if (this.#early.size > 0) this.#hole.start();
      return true;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** What came before the answer did was meant for those who are in the room already. */
  #beginning({ epoch, offset }: HistoryPosition): number {
    const early = this.#early.all().filter((kept) => kept.epoch === epoch);
    return Math.min(offset, ...early.map(({ message }) => message.offset - 1));
  }

  async #catchUp(): Promise<boolean> {
    const { store, settings } = this.context;
    this.#hole.stop();
    const position = this.#position;
    if (position === undefined) return this.open();
    const early = this.#early.all();
    try {
      const slice = await store.readSince(this.room, position, settings.size, settings);
      if (this.#isClosed) return false;
      if (!slice.isComplete && this.#mayStillCome(slice.head)) return true;
      if (slice.isComplete) this.#takeAll(slice);
      else await this.#beginAnew(isBefore(slice.head, position));
      if (this.#isClosed) return false;
      // What the log does not have any more: of a count that is over, maybe before anything of it was told here.
      this.#release(early);
      return true;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Whether what the log has no more may only be late, as what comes after it is here already. */
  #mayStillCome(head: HistoryPosition): boolean {
    const isWaitedFor = this.#early.size > 0 && head.epoch === this.#position?.epoch;
    return isWaitedFor && performance.now() - this.#progressMs < PATIENCE_MS;
  }

  #failed(error: unknown): false {
    this.context.report(error);
    this.release();
    return false;
  }

  /**
   * What was missed is not there any more: begins with the oldest message that is.
   *
   * @param hasGoneBack - whether the store has forgotten what was told here: what it counts from now on, it counts twice
   */
  async #beginAnew(hasGoneBack: boolean): Promise<void> {
    const { store, settings } = this.context;
    if (hasGoneBack) await store.breakOff(this.room, this.#position!.epoch);
    const slice = await store.readLatest(this.room, settings.size, settings);
    if (this.#isClosed) return;
    const { epoch, offset } = slice.head;
    const first = slice.entries[0]?.offset ?? offset + 1;
    const position = this.#position!;
    // Messages came meanwhile, and closed the hole.
    const isWhole = epoch === position.epoch && first <= position.offset + 1;
    if (!isWhole) {
      this.#position = { epoch, offset: first - 1 };
      this.events.broken(this.#position);
    }
    this.#takeAll(slice);
  }

  #takeAll({ head, entries }: HistorySlice): void {
    for (const entry of entries) this.take(head.epoch, entry);
    this.#drain();
  }

  /** Tells what may wait no longer. */
  #drain(): void {
    for (;;) {
      const { epoch, offset } = this.#position!;
      const early = this.#early.at(epoch, offset + 1);
      if (early === undefined) return;
      this.#next(early.message);
    }
  }

  /** Tells messages without their numbers, unless they were told meanwhile. */
  #release(messages: readonly EarlyMessage[]): void {
    const waiting = this.#early.take(messages);
    this.#rest();
    for (const { message } of waiting) this.events.message({ ...message, offset: undefined });
  }

  #next(message: NumberedMessage): void {
    const { epoch } = this.#position!;
    this.#position = { epoch, offset: message.offset };
    this.#progressMs = performance.now();
    this.#early.delete(epoch, message.offset);
    this.#rest();
    this.events.message(message);
  }

  #keep(epoch: string, message: NumberedMessage): void {
    if (this.#isClosed) return;
    this.#early.add({ epoch, message });
    if (this.#position !== undefined) this.#hole.start();
  }

  /** Waits no longer when nothing is early. */
  #rest(): void {
    if (this.#early.size === 0) this.#hole.stop();
  }

  #isBehind(head: HistoryPosition): boolean {
    const position = this.#position;
    return position?.epoch !== head.epoch || position.offset < head.offset;
  }
}
