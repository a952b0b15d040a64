import type { FrameAssembler } from './frame-assembler.js';
import type { OutboundFrame } from './outbound-frame.js';

/**
 * The frames that one connection sends in one turn, in order. A batch is never changed: {@link append} makes the next
 * one, and everybody who appends the same frame to the same batch gets the same one. So a room whose members all get the
 * same ten messages in a turn shares one batch, and its bytes are put together once, not once a member.
 */
export class OutboundBatch {
  /** The batch that was made from this one last. */
  #next: OutboundBatch | undefined;
  /** All of them by their frame; only there when there were several. */
  #nextByFrame: Map<OutboundFrame | undefined, OutboundBatch> | undefined;
  #bytes: Buffer | undefined;

  constructor(
    /** The last frame; `undefined` in the empty batch that others grow from. */
    readonly frame?: OutboundFrame,
    readonly previous?: OutboundBatch,
  ) {}

  /** The batch with one more frame, the same for everybody who appends it here. */
  append(frame: OutboundFrame): OutboundBatch {
    // Members of a room mostly come one after another, so the map is rarely needed: when they differ in their codecs.
    if (this.#next?.frame !== frame) this.#next = this.#find(frame);
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

  #find(frame: OutboundFrame): OutboundBatch {
    const known = this.#nextByFrame?.get(frame);
    if (known !== undefined) return known;
    const made = new OutboundBatch(frame, this);
    if (this.#next !== undefined) {
      this.#nextByFrame ??= new Map([[this.#next.frame, this.#next]]);
      this.#nextByFrame.set(frame, made);
    }
    return made;
  }
}
