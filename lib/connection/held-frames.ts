import type { OutboundFrame } from './outbound-frame.js';

/** What waits for a client to catch up: of each key the latest frame. */
export class HeldFrames {
  readonly #frames = new Map<string, OutboundFrame>();
  #bytes = 0;

  /** About how much memory the frames hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The frames, the key that was set last at the end. */
  get frames(): Iterable<OutboundFrame> {
    return this.#frames.values();
  }

  /** Keeps a frame in the place of the earlier one of its key. */
  set(key: string, frame: OutboundFrame): void {
    this.#bytes += frame.payload.length - (this.#frames.get(key)?.payload.length ?? 0);
    // A Map keeps the place of a key that is set again; the order is that of the latest messages.
    this.#frames.delete(key);
    this.#frames.set(key, frame);
  }
}
