import { OutboundFrame } from '../connection/index.js';
import type { Codec, ServerMessage } from '../protocol/index.js';

/** The frames of one message, built once per codec however many recipients there are. */
export class FrameCache {
  readonly #frames = new Map<Codec, OutboundFrame | undefined>();
  #lastCodec: Codec | undefined;
  #lastFrame: OutboundFrame | undefined;

  constructor(private readonly message: ServerMessage) {}

  /** The frame for a recipient's codec; `undefined` when the message has no form in it. */
  for(codec: Codec): OutboundFrame | undefined {
    // Neighbours mostly share their codec, so the map is rarely asked.
    if (codec !== this.#lastCodec) {
      this.#lastFrame = this.#frameOf(codec);
      this.#lastCodec = codec;
    }
    return this.#lastFrame;
  }

  #frameOf(codec: Codec): OutboundFrame | undefined {
    if (this.#frames.has(codec)) return this.#frames.get(codec);
    const payload = codec.encode(this.message);
    const frame = payload === undefined ? undefined : new OutboundFrame(payload);
    this.#frames.set(codec, frame);
    return frame;
  }
}
