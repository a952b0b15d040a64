import { Opcode } from './frames.js';

const OPCODE_BITS = 0x0f;
const LENGTH_BITS = 0x7f;
const LENGTH_16_BIT = 126;
const LENGTH_64_BIT = 127;

/** What a counter tells besides the count. */
export interface FrameEvents {
  /** The server pinged, by a control frame or, with Engine.IO, by a text frame of one character. */
  onPing(isText: boolean): void;
  /** The server sent a close frame. */
  onClose(): void;
}

/** Counts the messages in a server's bytes by their headers alone, however the bytes are cut into chunks. */
export class FrameCounter {
  #opcode = 0;
  /** Bytes of the header's length that are still to come; -1: the next byte is the first of a frame. */
  #lengthBytes = -1;
  /** Whether the next byte is the one that holds a short length, or says how many bytes a longer one has. */
  #isAtShortLength = false;
  #length = 0;
  /** Bytes of the payload that are still to come. */
  #payloadBytes = 0;

  constructor(
    private readonly events: FrameEvents,
    private readonly hasTextPings: boolean,
  ) {}

  /** Takes a chunk. @returns how many messages are complete with it */
  push(chunk: Uint8Array, from: number, to: number): number {
    let count = 0;
    let offset = from;
    while (offset < to) {
      if (this.#payloadBytes > 0) {
        const step = Math.min(this.#payloadBytes, to - offset);
        offset += step;
        this.#payloadBytes -= step;
        if (this.#payloadBytes === 0) count += this.#end();
      } else if (this.#readHeader(chunk[offset++]!)) {
        if (this.#length === 0) count += this.#end();
        else this.#payloadBytes = this.#length;
      }
    }
    return count;
  }

  /** Takes one byte of a header. @returns whether it was the last one */
  #readHeader(byte: number): boolean {
    if (this.#lengthBytes === -1) {
      this.#opcode = byte & OPCODE_BITS;
      this.#lengthBytes = 1;
      this.#isAtShortLength = true;
      return false;
    }
    if (!this.#isAtShortLength) {
      this.#length = this.#length * 256 + byte;
      return --this.#lengthBytes === 0;
    }
    const length = byte & LENGTH_BITS;
    this.#isAtShortLength = false;
    this.#length = length < LENGTH_16_BIT ? length : 0;
    this.#lengthBytes = length === LENGTH_64_BIT ? 8 : length === LENGTH_16_BIT ? 2 : 0;
    return this.#lengthBytes === 0;
  }

  #end(): number {
    this.#lengthBytes = -1;
    if (this.#opcode === Opcode.Text) {
      if (!this.hasTextPings || this.#length > 1) return 1;
      this.events.onPing(true);
    } else if (this.#opcode === Opcode.Ping) {
      this.events.onPing(false);
    } else if (this.#opcode === Opcode.Close) {
      this.events.onClose();
    }
    return 0;
  }
}
