import { CatchUpWatch } from './catch-up.watch.js';
import { FrameAssembler } from './frame-assembler.js';
import { OutboundBatch } from './outbound-batch.js';

/** Something that collects output and can write it out. */
export interface Flushable {
  flush(): void;
}

/**
 * Flushes everything that collected output. What a client is answered leaves as soon as the messages of its segment have
 * been handled; what is sent to many leaves at the end of the event loop's present turn, together with what others send
 * to the same members in that turn.
 */
export class FlushScheduler {
  /** Puts the frames of all connections together. */
  readonly assembler = new FrameAssembler();
  /** Looks after the connections whose peers are behind. */
  readonly catchUp = new CatchUpWatch();

  #soon: Flushable[] = [];
  #later: Flushable[] = [];
  #emptyBatch = new OutboundBatch();

  /** What the batches of this turn grow from. */
  get emptyBatch(): OutboundBatch {
    return this.#emptyBatch;
  }

  /** Asks for one flush once what runs now has returned; to be called when the collection has just become non-empty. */
  scheduleSoon(target: Flushable): void {
    if (this.#soon.push(target) === 1) process.nextTick(this.#flushSoon);
  }

  /** Asks for one flush at the end of the turn; to be called when the collection has just become non-empty. */
  schedule(target: Flushable): void {
    // An immediate runs after all sockets that are readable in this turn were read.
    if (this.#later.push(target) === 1) setImmediate(this.#flushLater);
  }

  readonly #flushSoon = (): void => {
    const waiting = this.#soon;
    this.#soon = [];
    this.#flush(waiting);
  };

  readonly #flushLater = (): void => {
    const waiting = this.#later;
    this.#later = [];
    this.#flush(waiting);
  };

  #flush(waiting: readonly Flushable[]): void {
    for (const target of waiting) target.flush();
    // A new one, so that the frames can be let go of.
    this.#emptyBatch = new OutboundBatch();
  }
}
