import { FrameCache, type Frames, OutboundFrame } from '../connection/index.js';
import { BounceCodec, type Codec, type ServerMessage, withPlace } from '../protocol/index.js';

/** The frames of a message of a log. Codecs whose clients could not ask for a recovery get it without its place. */
export class NumberedFrames implements Frames {
  #asItIs: OutboundFrame | undefined;
  #others: FrameCache | undefined;

  constructor(
    private readonly room: string,
    private readonly envelope: string,
    /** Its number; `undefined` for a message that the log does not have. */
    private readonly offset: number | undefined,
  ) {}

  for(codec: Codec): OutboundFrame | undefined {
    if (codec instanceof BounceCodec) {
      const { room, envelope, offset } = this;
      return (this.#asItIs ??= new OutboundFrame(
        offset === undefined ? envelope : withPlace(envelope, room, offset),
        false,
      ));
    }
    return (this.#others ??= new FrameCache(this.#message())).for(codec);
  }

  #message(): ServerMessage {
    const message = JSON.parse(this.envelope) as ServerMessage;
    return this.offset === undefined
      ? message
      : { ...message, room: this.room, offset: this.offset };
  }
}
