/** How many slots a Redis Cluster has. */
export const SLOTS = 16_384;

const POLYNOMIAL = 0x1021;
const BITS = 8;

/** Of each byte, the CRC16 that Redis uses (XMODEM). */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << BITS;
  for (let bit = 0; bit < BITS; bit++) {
    crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  }
  return crc;
});

/**
 * The slot of a key in a Redis Cluster: of what is between the first `{` and the next `}`, if there is something, else of
 * all of it.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 */
export function hashSlot(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashed(key))) {
    crc = ((crc << BITS) & 0xffff) ^ TABLE[(crc >> BITS) ^ byte]!;
  }
  return crc % SLOTS;
}

function hashed(key: string): string {
  const start = key.indexOf('{');
  const end = key.indexOf('}', start + 1);
  return start < 0 || end <= start + 1 ? key : key.slice(start + 1, end);
}
