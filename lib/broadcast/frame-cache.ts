import { OutboundFrame } from '../connection/index.js';
import type { Codec, ServerMessage } from '../protocol/index.js';

/** The frames of one message, built once per codec however many recipients there are. */
export class FrameCache {
  readonly #frames = new Map<Codec, OutboundFrame>();
  #lastCodec: Codec | undefined;
  #lastFrame: OutboundFrame | undefined;

  constructor(private readonly message: ServerMessage) {}

  /** The frame for a recipient's codec. */
  for(codec: Codec): OutboundFrame {
    // Neighbours mostly share their codec, so the map is rarely asked.
    if (codec === this.#lastCodec && this.#lastFrame !== undefined) return this.#lastFrame;
    let frame = this.#frames.get(codec);
    if (frame === undefined) {
      frame = new OutboundFrame(codec.encode(this.message));
      this.#frames.set(codec, frame);
    }
    this.#lastCodec = codec;
    this.#lastFrame = frame;
    return frame;
  }
}
