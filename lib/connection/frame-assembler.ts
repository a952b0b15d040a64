import type { OutboundFrame } from './outbound-frame.js';

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;
const LENGTH_16_BIT = 126;
const LENGTH_64_BIT = 127;
const LONGEST_HEADER = 10;

const SCRATCH_BYTES = 65_536;

/**
 * Puts messages into WebSocket frames, several behind each other in one buffer. A server's frames are not masked (RFC
 * 6455, 5.1 and 5.2).
 */
export class FrameAssembler {
  // Text is written here first: how long it is in UTF-8 is only known afterwards, and asking takes a pass of its own.
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  /** The frames of all messages, in order. */
  assemble(frames: readonly OutboundFrame[]): Buffer {
    const room = frames.reduce((sum, frame) => sum + roomFor(frame), 0);
    if (room > SCRATCH_BYTES) {
      const target = Buffer.allocUnsafeSlow(room);
      return target.subarray(0, writeFrames(target, frames));
    }
    const length = writeFrames(this.#scratch, frames);
    const bytes = Buffer.allocUnsafe(length);
    this.#scratch.copy(bytes, 0, 0, length);
    return bytes;
  }
}

/** The most bytes a frame can take: a UTF-16 code unit becomes up to three in UTF-8. */
function roomFor({ payload }: OutboundFrame): number {
  return LONGEST_HEADER + (typeof payload === 'string' ? payload.length * 3 : payload.length);
}

function writeFrames(target: Buffer, frames: readonly OutboundFrame[]): number {
  let end = 0;
  for (const frame of frames) end = writeFrame(target, end, frame);
  return end;
}

function writeFrame(target: Buffer, start: number, { payload, isBinary }: OutboundFrame): number {
  // The header's size depends on the length: the likely one is tried, and the payload moved if it was not.
  const guess = headerLength(payload.length);
  let length = payload.length;
  if (typeof payload === 'string') length = target.write(payload, start + guess);
  else target.set(payload, start + guess);
  const header = headerLength(length);
  if (header !== guess) target.copyWithin(start + header, start + guess, start + guess + length);
  writeHeader(target, start, isBinary ? FIN_BINARY : FIN_TEXT, length);
  return start + header + length;
}

function headerLength(payloadLength: number): number {
  if (payloadLength < LENGTH_16_BIT) return 2;
  return payloadLength < 0x1_00_00 ? 4 : LONGEST_HEADER;
}

function writeHeader(target: Buffer, start: number, firstByte: number, length: number): void {
  target[start] = firstByte;
  if (length < LENGTH_16_BIT) {
    target[start + 1] = length;
  } else if (length < 0x1_00_00) {
    target[start + 1] = LENGTH_16_BIT;
    target[start + 2] = length >>> 8;
    target[start + 3] = length & 0xff;
  } else {
    target[start + 1] = LENGTH_64_BIT;
    target.writeBigUInt64BE(BigInt(length), start + 2);
  }
}
