import { BounceCodec, type Codec, type ServerMessage } from '../protocol/index.js';
import { OutboundFrame } from './outbound-frame.js';

const BOUNCE = new BounceCodec();

/** The frames of one message, by the codec of who gets it. */
export interface Frames {
  /** The frame for a recipient's codec; `undefined` when the message has no form in it. */
  for(codec: Codec): OutboundFrame | undefined;
}

/** The frames of one message, built once per codec however many recipients there are. */
export class FrameCache implements Frames {
  readonly #frames = new Map<Codec, OutboundFrame | undefined>();
  #lastCodec: Codec | undefined;
  #lastFrame: OutboundFrame | undefined;

  constructor(private readonly message: ServerMessage) {}

  for(codec: Codec): OutboundFrame | undefined {
    // Neighbours mostly share their codec, so the map is rarely asked.
    if (codec !== this.#lastCodec) {
      this.#lastFrame = this.#frameOf(codec);
      this.#lastCodec = codec;
    }
    return this.#lastFrame;
  }

  /** The message as other nodes get it: in the format of the codec `bounce`. */
  envelope(): string | Uint8Array {
    for (const [codec, frame] of this.#frames) {
      if (codec instanceof BounceCodec && frame !== undefined) return frame.payload;
    }
    return BOUNCE.encode(this.message);
  }

  #frameOf(codec: Codec): OutboundFrame | undefined {
    if (this.#frames.has(codec)) return this.#frames.get(codec);
    const payload = codec.encode(this.message);
    const frame = payload === undefined ? undefined : new OutboundFrame(payload);
    this.#frames.set(codec, frame);
    return frame;
  }
}
