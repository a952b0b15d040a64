/** The longest reason a close frame can carry, in bytes (RFC 6455, 5.5: 125 less the code). */
const MAX_REASON_BYTES = 123;

/** Cuts a reason to what a close frame can carry, never inside a character. */
export function closeReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  let end = MAX_REASON_BYTES;
  // 10xxxxxx continues a character that began earlier.
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
