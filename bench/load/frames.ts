const FIN = 0x80;
const MASKED = 0x80;
const LENGTH_16_BIT = 126;
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

/** RFC 6455, 5.2. */
export const Opcode = { Text: 0x1, Close: 0x8, Ping: 0x9, Pong: 0xa } as const;

/** A frame as clients send it, masked. */
export function clientFrame(text: string | Buffer, opcode: number = Opcode.Text): Buffer {
  const payload = typeof text === 'string' ? Buffer.from(text) : text;
  const isShort = payload.length < LENGTH_16_BIT;
  const headerLength = isShort ? 2 : 4;
  const frame = Buffer.allocUnsafe(headerLength + MASK.length + payload.length);
  frame[0] = FIN | opcode;
  frame[1] = MASKED | (isShort ? payload.length : LENGTH_16_BIT);
  if (!isShort) frame.writeUInt16BE(payload.length, 2);
  MASK.forEach((byte, index) => (frame[headerLength + index] = byte));
  const start = headerLength + MASK.length;
  for (let index = 0; index < payload.length; index++) {
    frame[start + index] = payload[index]! ^ MASK[index % MASK.length]!;
  }
  return frame;
}

/** A close frame with code 1000. */
export const CLOSE_FRAME = clientFrame(Buffer.from([0x03, 0xe8]), Opcode.Close);

/** The answer to a ping that carries nothing. */
export const PONG_FRAME = clientFrame('', Opcode.Pong);
