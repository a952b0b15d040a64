/** The opcodes of RFC 6455, 5.2. */
export const Opcode = {
  Continuation: 0x0,
  Text: 0x1,
  Binary: 0x2,
  Close: 0x8,
  Ping: 0x9,
  Pong: 0xa,
} as const;

/** A frame to write; what is legal by default can be made illegal. */
export interface RawFrame {
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  readonly fin?: boolean;
  /** The three reserved bits, as 0 to 7. */
  readonly rsv?: number;
  readonly masked?: boolean;
  /** The length to announce, whatever the payload's is. */
  readonly announced?: bigint;
}

/** A frame that the server wrote. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Builds the bytes of one frame from a client. */
export function frame({
  opcode = Opcode.Text,
  payload = '',
  fin = true,
  rsv = 0,
  masked = true,
  announced,
}: RawFrame): Buffer {
  const body = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const length = lengthBytes(announced ?? BigInt(body.length), masked ? 0x80 : 0);
  // A key of zeros leaves the payload readable and is as good as any other.
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(masked ? 4 : 0), body]);
}

/** A close frame with a code and, after it, the bytes of a reason. */
export function closeFrame(code: number, reason: Uint8Array = Buffer.alloc(0)): Buffer {
  const payload = Buffer.alloc(2 + reason.length);
  payload.writeUInt16BE(code);
  payload.set(reason, 2);
  return frame({ opcode: Opcode.Close, payload });
}

/** Reads the whole frames at the beginning of some bytes from a server. */
export function readFrames(bytes: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = [];
  let offset = 0;
  while (offset + 2 <= bytes.length) {
    const { header, size } = readLength(bytes, offset);
    const end = offset + header + size;
    if (end > bytes.length) break;
    frames.push({
      opcode: bytes[offset]! & 0x0f,
      payload: bytes.subarray(offset + header, end),
    });
    offset = end;
  }
  return frames;
}

function lengthBytes(length: bigint, mask: number): Buffer {
  if (length < 126n) return Buffer.from([mask | Number(length)]);
  const bytes = Buffer.alloc(length < 65_536n ? 3 : 9);
  bytes[0] = mask | (length < 65_536n ? 126 : 127);
  if (length < 65_536n) bytes.writeUInt16BE(Number(length), 1);
  else bytes.writeBigUInt64BE(length, 1);
  return bytes;
}

function readLength(bytes: Buffer, offset: number): { header: number; size: number } {
  const short = bytes[offset + 1]! & 0x7f;
  if (short < 126) return { header: 2, size: short };
  const header = short === 126 ? 4 : 10;
  if (offset + header > bytes.length) return { header, size: Number.POSITIVE_INFINITY };
  const size =
    short === 126 ? bytes.readUInt16BE(offset + 2) : Number(bytes.readBigUInt64BE(offset + 2));
  return { header, size };
}
