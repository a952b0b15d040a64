import type { RoomMessage } from './room-message.js';

/** Messages that may wait for those before them; more are read when it is their turn. */
const MAX_EARLY = 1_000;

/** A message that waits for those before it, or until it is known whether its epoch is the present one. */
export interface EarlyMessage {
  readonly epoch: string;
  readonly message: RoomMessage & { readonly offset: number };
}

/** The messages of a log that came too early. */
export class EarlyMessages {
  /** By epoch and offset. */
  readonly #messages = new Map<string, EarlyMessage>();

  get size(): number {
    return this.#messages.size;
  }

  /** Those that wait now. */
  all(): EarlyMessage[] {
    return [...this.#messages.values()];
  }

  at(epoch: string, offset: number): EarlyMessage | undefined {
    return this.#messages.size === 0 ? undefined : this.#messages.get(keyOf(epoch, offset));
  }

  /** Lets a message wait, unless there are too many. */
  add(early: EarlyMessage): void {
    if (this.size >= MAX_EARLY) return;
    this.#messages.set(keyOf(early.epoch, early.message.offset), early);
  }

  delete(epoch: string, offset: number): void {
    if (this.#messages.size > 0) this.#messages.delete(keyOf(epoch, offset));
  }

  /** Lets go of messages. @returns those of them that were still waiting */
  take(some: readonly EarlyMessage[]): EarlyMessage[] {
    const waiting = some.filter((early) => this.at(early.epoch, early.message.offset) === early);
    for (const { epoch, message } of waiting) this.delete(epoch, message.offset);
    return waiting;
  }

  clear(): void {
    this.#messages.clear();
  }
}

function keyOf(epoch: string, offset: number): string {
  return `${epoch} ${offset}`;
}
