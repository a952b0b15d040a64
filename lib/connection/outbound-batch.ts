import type { FrameAssembler } from './frame-assembler.js';
import type { OutboundFrame } from './outbound-frame.js';

/**
 * The frames that one connection sends in one turn, in order. A batch is never changed: {@link append} makes the next
 * one, and everybody who appends the same frame to the same batch gets the same one. So a room whose members all get the
 * same ten messages in a turn shares one batch, and its bytes are put together once, not once a member.
 */
export class OutboundBatch {
  #next: OutboundBatch | undefined;
  #bytes: Buffer | undefined;

  constructor(
    /** The last frame; `undefined` in the empty batch that others grow from. */
    readonly frame?: OutboundFrame,
    readonly previous?: OutboundBatch,
  ) {}

  /** The batch with one more frame. */
  append(frame: OutboundFrame): OutboundBatch {
    // Members of a room mostly come one after another, so remembering the last one is enough.
    if (this.#next?.frame !== frame) this.#next = new OutboundBatch(frame, this);
    return this.#next;
  }

  /** The frames in order. */
  frames(): OutboundFrame[] {
    const frames = this.frame === undefined ? [] : [this.frame];
    for (let batch = this.previous; batch?.frame !== undefined; batch = batch.previous) {
      frames.push(batch.frame);
    }
    return frames.reverse();
  }

  /** All frames as they stand on the wire. */
  bytes(assembler: FrameAssembler): Buffer {
    return (this.#bytes ??= assembler.assemble(this.frames()));
  }
}
