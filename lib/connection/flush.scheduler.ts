import { CatchUpWatch } from './catch-up.watch.js';
import { FrameAssembler } from './frame-assembler.js';
import { OutboundBatch } from './outbound-batch.js';

/** Something that collects output and can write it out. */
export interface Flushable {
  flush(): void;
}

/** Flushes everything that collected output, once, at the end of the event loop's present turn. */
export class FlushScheduler {
  /** Puts the frames of all connections together. */
  readonly assembler = new FrameAssembler();
  /** Looks after the connections whose peers are behind. */
  readonly catchUp = new CatchUpWatch();

  #waiting: Flushable[] = [];
  #emptyBatch = new OutboundBatch();

  /** What the batches of this turn grow from. */
  get emptyBatch(): OutboundBatch {
    return this.#emptyBatch;
  }

  /** Asks for one flush; to be called when the collection has just become non-empty. */
  schedule(target: Flushable): void {
    // An immediate runs after all sockets that are readable in this turn were read, so their replies join.
    if (this.#waiting.push(target) === 1) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const target of waiting) target.flush();
    // A new one, so that the last turn's frames can be let go of.
    this.#emptyBatch = new OutboundBatch();
  };
}
