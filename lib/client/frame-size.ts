const encoder = new TextEncoder();

// No UTF-16 unit takes more bytes in UTF-8.
const MAX_BYTES_PER_UNIT = 3;

/** How many bytes a text has on the wire. */
export function textBytes(text: string): number {
  return encoder.encode(text).length;
}

/** Whether what a WebSocket delivered has more bytes than allowed. Only a text close to the limit is counted out. */
export function isLarger(frame: unknown, maxBytes: number): boolean {
  if (typeof frame === 'string') {
    return frame.length * MAX_BYTES_PER_UNIT > maxBytes && textBytes(frame) > maxBytes;
  }
  const { byteLength, size = byteLength } = frame as Partial<ArrayBuffer & Blob>;
  return size! > maxBytes;
}
