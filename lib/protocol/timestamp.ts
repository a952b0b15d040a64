const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

const MICROS_PER_MILLI = 1_000;
const MINUTE_MS = 60_000;

/**
 * Reads an ISO 8601 date and time, with or without offset (without, it is UTC), down to the microsecond.
 *
 * @returns Microseconds since 1970, or `undefined` when the text is no such date: wrong form, or a day that does not
 *   exist such as 30 February.
 */
export function parseTimestamp(text: unknown): number | undefined {
  const match = typeof text === 'string' ? ISO_8601.exec(text) : null;
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', offset = 'Z'] = match;
  const ms = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second);
  const date = new Date(ms);
  // Date.UTC rolls 30 February over to March, and hour 25 to the next day, and reads years below 100 as 19xx.
  const exists =
    date.getUTCFullYear() === +year! &&
    date.getUTCMonth() === +month! - 1 &&
    date.getUTCDate() === +day! &&
    date.getUTCHours() === +hour! &&
    date.getUTCMinutes() === +minute! &&
    date.getUTCSeconds() === +second;
  const offsetMs = parseOffset(offset);
  if (!exists || offsetMs === undefined) return undefined;
  return (ms - offsetMs) * MICROS_PER_MILLI + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function parseOffset(offset: string): number | undefined {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return undefined;
  const ms = (hours * 60 + minutes) * MINUTE_MS;
  return offset.startsWith('-') ? -ms : ms;
}

/** Whether outgoing timestamps carry the `Z` of UTC: `plain` has none, as bounce_ws writes them. */
export type TimestampStyle = 'plain' | 'offset';

/** Writes a time as UTC with milliseconds: `2026-11-20T12:00:00.123`, with a `Z` in the style `offset`. */
export function formatTimestamp(epochMs: number, style: TimestampStyle): string {
  const text = new Date(epochMs).toISOString();
  return style === 'offset' ? text : text.slice(0, -1);
}
