import { BounceWsError, CloseCode, DEFAULTS, ErrorCode } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { stayAwayMs } from '../../lib/client/reconnect-policy.js';
import { ERROR_MESSAGES, RESERVED_EVENTS, ReservedEvent } from '../../lib/protocol/index.js';
import { readDocument } from './support/documents.js';
import { codeIn, rowsOf } from './support/table.js';

const PROTOCOL = readDocument('PROTOCOL.md');

/** What a client sees when there was no close frame; no code that anybody sends. */
const ABNORMAL = 1006;

const LONGEST_BACK_OFF_MS = 20_000;

const codes = rowsOf(PROTOCOL, 'code');
const isNumeric = (text = '') => /^\d+$/.test(text);

describe('section 9 of PROTOCOL.md', () => {
  const rows = codes.filter(({ code }) => !isNumeric(code));

  it('has every error code and no other', () => {
    const listed = rows.map(({ code }) => codeIn(code));
    expect(listed.toSorted()).toEqual(Object.values(ErrorCode).toSorted());
  });

  it.each(Object.values(ErrorCode))('has the text of %s', (code) => {
    const row = rows.find((other) => codeIn(other['code']) === code);
    expect(row?.['`message`']).toBe(ERROR_MESSAGES[code]);
    expect(new BounceWsError(code).message).toBe(ERROR_MESSAGES[code]);
  });
});

describe('section 10 of PROTOCOL.md', () => {
  const rows = codes.filter(({ code }) => isNumeric(code));

  it('has every close code and no other', () => {
    const listed = rows.map(({ code }) => Number(code));
    const expected = [...Object.values(CloseCode), ABNORMAL];
    expect(listed).toEqual(expected.toSorted((a, b) => a - b));
  });

  it.each(rows.map(({ code, reconnect }) => [Number(code), reconnect ?? ''] as const))(
    'says of %i what the client does: %s',
    (code, reconnect) => {
      const verdict = (hasNewToken: boolean): number =>
        stayAwayMs({ code, reason: '' }, LONGEST_BACK_OFF_MS, hasNewToken);
      const comesBackAfterMs = reconnect.includes('longest') ? LONGEST_BACK_OFF_MS : 0;
      expect(verdict(false)).toBe(reconnect.startsWith('yes') ? comesBackAfterMs : Infinity);
      expect(verdict(true)).toBe(reconnect === 'no' ? Infinity : comesBackAfterMs);
    },
  );
});

describe('section 5 of PROTOCOL.md', () => {
  it('has every reserved name and no other', () => {
    const listed = rowsOf(PROTOCOL, 'event')
      .filter((row) => 'direction' in row)
      .flatMap(({ event = '' }) => event.split(', ').map(codeIn));
    expect(listed.toSorted()).toEqual([...RESERVED_EVENTS, ReservedEvent.Ping].toSorted());
  });
});

describe('section 2 of PROTOCOL.md', () => {
  const limits = rowsOf(PROTOCOL, 'limit');

  it.each([
    ['maxPayloadBytes', /size of a frame/],
    ['maxDepth', /nesting/],
    ['maxKeys', /keys in one object/],
    ['namesPerSubscribe', /names in one/],
    ['subscriptionsPerConnection', /subscriptions of/],
    ['roomsPerConnection', /rooms of/],
    ['roomsPerConnection', /places in one/],
    ['streamsPerConnection', /streams of/],
  ] as const)('has the default of %s', (option, title) => {
    const row = limits.find(({ limit = '' }) => title.test(limit));
    const numbers = (row?.['default'] ?? '').replaceAll(/(?<=\d) (?=\d)/g, '').match(/\d+/g) ?? [];
    expect(numbers.map(Number)).toContain(DEFAULTS[option]);
  });

  it('has the default of rateLimit', () => {
    const row = limits.find(({ limit }) => limit === 'messages');
    const { perSecond, burst } = DEFAULTS.rateLimit || { perSecond: 0, burst: 0 };
    expect(row?.['default']).toBe(`${perSecond} a second, ${burst} at once`);
  });
});
