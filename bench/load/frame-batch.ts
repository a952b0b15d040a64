import { clientFrame } from './frames.js';
import type { Message, Wire } from './wire.js';

/** How often the timestamps in the frames are renewed: as they are shared, not for each message. */
const RESTAMP_MS = 10;

/** Messages to be sent over and over in a cycle, framed before they are needed. */
export class FrameBatch {
  readonly #bytes: Buffer;
  readonly #frameLength: number;
  /** `[first][count]`: the bytes of `count` frames from `first` on. */
  readonly #slices: readonly (readonly Buffer[])[];

  constructor(
    private readonly wire: Wire,
    private readonly messages: readonly Message[],
    private readonly longest: number,
  ) {
    const frames = this.#frames();
    this.#frameLength = frames[0]!.length;
    if (frames.some(({ length }) => length !== this.#frameLength)) {
      throw new Error('All frames of a cycle must have the same length');
    }
    this.#bytes = Buffer.concat(frames);
    this.#slices = messages.map((_message, first) =>
      Array.from({ length: longest + 1 }, (_, count) =>
        this.#bytes.subarray(first * this.#frameLength, (first + count) * this.#frameLength),
      ),
    );
    setInterval(() => this.#restamp(), RESTAMP_MS);
  }

  /** How many messages there are in a cycle. */
  get cycle(): number {
    return this.messages.length;
  }

  /** The bytes of `count` frames, from one of the cycle on. */
  take(first: number, count: number): Buffer {
    return this.#slices[first]![count]!;
  }

  #restamp(): void {
    this.#frames().forEach((frame, index) => this.#bytes.set(frame, index * this.#frameLength));
  }

  #frames(): Buffer[] {
    const cycle = this.messages.map((message) => clientFrame(this.wire.encode(message)));
    return Array.from(
      { length: this.longest + cycle.length },
      (_, index) => cycle[index % cycle.length]!,
    );
  }
}
