import { FrameCache, type Frames, OutboundFrame } from '../connection/index.js';
import { BounceCodec, type Codec, type ServerMessage } from '../protocol/index.js';

/**
 * The frames of a message that another node has encoded. Members whose codec is `bounce` get what it wrote; it is read
 * only when there are others.
 */
export class ForwardedFrames implements Frames {
  #asItCame: OutboundFrame | undefined;
  #others: FrameCache | undefined;

  constructor(private readonly envelope: string | Uint8Array) {}

  for(codec: Codec): OutboundFrame | undefined {
    if (codec instanceof BounceCodec) {
      return (this.#asItCame ??= new OutboundFrame(this.envelope, false));
    }
    return (this.#others ??= new FrameCache(read(this.envelope))).for(codec);
  }
}

function read(envelope: string | Uint8Array): ServerMessage {
  const text = typeof envelope === 'string' ? envelope : Buffer.from(envelope).toString();
  return JSON.parse(text) as ServerMessage;
}
