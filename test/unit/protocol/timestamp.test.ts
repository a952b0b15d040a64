import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp, parseTimestamp } from '../../../lib/protocol/index.js';

/** Microseconds since 1970 of a UTC time that JavaScript can read. */
const micros = (utc: string, extra = 0): number => Date.parse(utc) * 1_000 + extra;

const NOON = micros('2026-11-20T12:00:00Z');

describe('parseTimestamp()', () => {
  it.each([
    ['2026-11-20T12:00:00', NOON],
    ['2026-11-20T12:00:00Z', NOON],
    ['2026-11-20 12:00:00', NOON],
    ['2026-11-20T12:00', NOON],
    ['2026-11-20T12:00Z', NOON],
    ['2026-11-20T12:00:00.1', NOON + 100_000],
    ['2026-11-20T12:00:00.123', NOON + 123_000],
    ['2026-11-20T12:00:00,123', NOON + 123_000],
    ['2026-11-20T12:00:00.123456', NOON + 123_456],
    ['2026-11-20T12:00:00.000001', NOON + 1],
    ['2026-11-20T12:00:00.1234569', NOON + 123_456],
    ['2026-11-20T12:00:00.999999999', NOON + 999_999],
    ['2026-11-20T12:00:00.123Z', NOON + 123_000],
    ['2026-11-20T14:00:00+02:00', NOON],
    ['2026-11-20T14:00:00+0200', NOON],
    ['2026-11-20T14:00:00+02', NOON],
    ['2026-11-20T14:00+02:00', NOON],
    ['2026-11-20T06:30:00-05:30', NOON],
    ['2026-11-20T12:00:00+00:00', NOON],
    ['2026-11-20T12:00:00-00:00', NOON],
    ['2026-11-21T11:59:00+23:59', NOON],
    ['2026-11-19T12:01:00-23:59', NOON],
    ['2026-11-20T14:00:00.5+02:00', NOON + 500_000],
    ['2026-01-01T00:00:00+01:00', micros('2025-12-31T23:00:00Z')],
    ['2024-02-29T00:00:00', micros('2024-02-29T00:00:00Z')],
    ['2000-02-29T00:00:00', micros('2000-02-29T00:00:00Z')],
    ['1970-01-01T00:00:00', 0],
    ['1969-12-31T23:59:59.999999', -1],
    ['0100-01-01T00:00:00', micros('0100-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59.999999', micros('9999-12-31T23:59:59Z', 999_999)],
    ['2026-12-31T23:59:59', micros('2026-12-31T23:59:59Z')],
  ])('reads %s', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it.each([
    '',
    'now',
    '2026',
    '2026-11',
    '2026-11-20',
    '2026-11-20T',
    '2026-11-20T12',
    '2026-11-20T12:',
    '2026-11-20T12:0',
    '2026-11-20T12:00:',
    '2026-11-20T12:00:0',
    '2026-11-20T12:00:00.',
    '2026-11-20T12:00:00.1234567890',
    '2026-11-20T12:00:00.1.2',
    '2026-11-20T12:00.5',
    '2026-11-20t12:00:00',
    '2026-11-20T12:00:00z',
    '2026-11-20T12:00:00 Z',
    '2026-11-20T12:00:00ZZ',
    '2026-11-20T12:00:00+2',
    '2026-11-20T12:00:00+24:00',
    '2026-11-20T12:00:00+02:60',
    '2026-11-20T12:00:00+02:0',
    '2026-11-20T12:00:00+02:00:00',
    '2026-11-20T12:00:00 +02:00',
    '2026-11-20T12:00:00UTC',
    '2026-11-20T12:00:00[UTC]',
    '2026-11-20  12:00:00',
    ' 2026-11-20T12:00:00',
    '2026-11-20T12:00:00 ',
    '2026-11-20T12:00:00\n',
    '2026-02-30T12:00:00',
    '2026-02-29T12:00:00',
    '1900-02-29T12:00:00',
    '2026-04-31T12:00:00',
    '2026-00-10T12:00:00',
    '2026-13-10T12:00:00',
    '2026-11-00T12:00:00',
    '2026-11-32T12:00:00',
    '2026-11-20T24:00:00',
    '2026-11-20T25:00:00',
    '2026-11-20T12:60:00',
    '2026-11-20T12:00:60',
    '2026-11-20T12:00:61',
    '0000-01-01T00:00:00',
    '0099-12-31T23:59:59',
    '10000-01-01T00:00:00',
    '+002026-11-20T12:00:00',
    '-2026-11-20T12:00:00',
    '20261120T120000',
    '2026-W47-5T12:00:00',
    '2026-324T12:00:00',
    '20/11/2026 12:00:00',
    'Fri, 20 Nov 2026 12:00:00 GMT',
    '1795176000',
    '２０２６-11-20T12:00:00',
    '2026-11-20T12:00:00−02:00',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    0,
    1_795_176_000_000,
    -1,
    1e308,
    Number.NaN,
    true,
    {},
    [],
    ['2026-11-20T12:00:00'],
    new Date(0),
    { toString: () => '2026-11-20T12:00:00' },
  ])('refuses %s, which is no string', (value) => {
    expect(parseTimestamp(value)).toBeUndefined();
  });

  it('takes a text of 64 KB for what it is, at once', () => {
    const began = performance.now();
    expect(parseTimestamp('2026-11-20T12:00:00.'.padEnd(65_536, '1'))).toBeUndefined();
    expect(parseTimestamp('2'.repeat(65_536))).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(50);
  });

  it('reads back every time as it was written, in UTC or with an offset', () => {
    const time = fc.date({
      min: new Date('0100-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(time, fc.integer({ min: -1_439, max: 1_439 }), (date, offsetMinutes) => {
        const utc = date.toISOString();
        const expected = date.getTime() * 1_000;
        expect(parseTimestamp(utc)).toBe(expected);
        expect(parseTimestamp(utc.slice(0, -1))).toBe(expected);
        const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
        const pad = (value: number): string => String(value).padStart(2, '0');
        const minutes = Math.abs(offsetMinutes);
        const offset = `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
        expect(parseTimestamp(local + offset)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = parseTimestamp(value);
        expect(read === undefined || Number.isSafeInteger(read)).toBe(true);
      }),
    );
  });
});

describe('formatTimestamp()', () => {
  const ms = Date.parse('2026-11-20T12:00:00.007Z');

  it('writes UTC with milliseconds and without an offset', () => {
    expect(formatTimestamp(ms, 'plain')).toBe('2026-11-20T12:00:00.007');
  });

  it('adds the Z when asked for an offset', () => {
    expect(formatTimestamp(ms, 'offset')).toBe('2026-11-20T12:00:00.007Z');
  });

  it('writes what parseTimestamp reads as the same time', () => {
    for (const style of ['plain', 'offset'] as const) {
      expect(parseTimestamp(formatTimestamp(ms, style))).toBe(ms * 1_000);
    }
  });
});
