/** What may follow the time of day; nothing, or `Z`, is UTC. */
const OFFSET = /^(?:Z|([+-])(\d{2})(?::?(\d{2}))?)?$/;

const MICROS_PER_MILLI = 1_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const ZERO = 0x30;
const NINE = 0x39;

/**
 * Reads an ISO 8601 date and time, with or without offset (without, it is UTC), down to the microsecond.
 *
 * Digit by digit: nearly every message has one, and a regular expression with its groups takes three times as long.
 *
 * @returns Microseconds since 1970, or `undefined` when the text is no such date: wrong form, or a day that does not
 *   exist such as 30 February.
 */
export function parseTimestamp(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const dayMs = readDay(text);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  if (Number.isNaN(dayMs) || !isOneOf(text[10], 'T', ' ') || text[13] !== ':') return undefined;
  if (!(hour < 24 && minute < 60)) return undefined;
  let end = 16;
  let second = 0;
  let micros = 0;
  if (text[end] === ':') {
    second = digits(text, 17, 19);
    if (!(second < 60)) return undefined;
    end = 19;
    if (isOneOf(text[end], '.', ',')) {
      const start = end + 1;
      end = endOfDigits(text, start);
      if (end === start || end - start > 9) return undefined;
      micros = fraction(text, start, end);
    }
  }
  const offsetMinutes = end === text.length ? 0 : readOffset(text.slice(end));
  if (offsetMinutes === undefined) return undefined;
  const ms = dayMs + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1_000;
  return ms * MICROS_PER_MILLI + micros;
}

/** Milliseconds since 1970 at which the day begins; `NaN` when there is no such day. */
function readDay(text: string): number {
  if (text[4] !== '-' || text[7] !== '-') return Number.NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const isLeapDay = month === 2 && day === 29 && isLeapYear(year);
  // Date.UTC rolls 30 February over to March, and reads years below 100 as 19xx.
  const exists = year >= 100 && day >= 1 && (day <= (DAYS_IN_MONTH[month - 1] ?? 0) || isLeapDay);
  return exists ? Date.UTC(year, month - 1, day) : Number.NaN;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The offset in minutes, or `undefined` when it is none. */
function readOffset(text: string): number | undefined {
  const match = OFFSET.exec(text);
  if (match === null) return undefined;
  const [, sign, hours = '0', minutes = '0'] = match;
  if (+hours > 23 || +minutes > 59) return undefined;
  const total = +hours * 60 + +minutes;
  return sign === '-' ? -total : total;
}

/** The number written from `start` to `end`; `NaN` when it is not all digits. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (!(code >= ZERO && code <= NINE)) return Number.NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (text.charCodeAt(end) >= ZERO && text.charCodeAt(end) <= NINE) end++;
  return end;
}

/** The microseconds of a fraction of a second; what is finer is cut off. */
function fraction(text: string, start: number, end: number): number {
  const length = Math.min(end - start, 6);
  return digits(text, start, start + length) * 10 ** (6 - length);
}

function isOneOf(character: string | undefined, one: string, other: string): boolean {
  return character === one || character === other;
}

/** Whether outgoing timestamps carry the `Z` of UTC: `plain` has none, as bounce_ws writes them. */
export type TimestampStyle = 'plain' | 'offset';

/** Writes a time as UTC with milliseconds: `2026-11-20T12:00:00.123`, with a `Z` in the style `offset`. */
export function formatTimestamp(epochMs: number, style: TimestampStyle): string {
  const text = new Date(epochMs).toISOString();
  return style === 'offset' ? text : text.slice(0, -1);
}
