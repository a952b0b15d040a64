import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BounceCodec,
  BounceWsError,
  type ClientMessage,
  isEventName,
  isMessageId,
  type JsonLimits,
} from '../../../lib/protocol/index.js';

const LIMITS: JsonLimits = { maxDepth: 32, maxKeys: 1_000 };
const codec = new BounceCodec();
const decode = (frame: string): ClientMessage => codec.decode(frame, LIMITS);

function codeOf(frame: string): string {
  try {
    decode(frame);
    return 'decoded';
  } catch (error) {
    expect(error).toBeInstanceOf(BounceWsError);
    return (error as BounceWsError).code;
  }
}

describe('the codec bounce', () => {
  it('has its name and subprotocol and speaks text', () => {
    expect([codec.name, codec.subprotocol, codec.binary]).toEqual([
      'bounce',
      'bounce.v1.json',
      false,
    ]);
  });
});

describe('decode()', () => {
  it('reads event, data, id and timestamp', () => {
    const frame = '{"event":"move","data":{"x":1},"id":7,"timestamp":"2026-11-20T12:00:00.000001"}';
    expect(decode(frame)).toMatchObject({
      event: 'move',
      data: { x: 1 },
      id: 7,
      timestampMicros: Date.parse('2026-11-20T12:00:00Z') * 1_000 + 1,
    });
  });

  it('has {} for data that is absent, and undefined for what else is', () => {
    expect(decode('{"event":"x"}')).toMatchObject({
      event: 'x',
      data: {},
      id: undefined,
      timestampMicros: undefined,
      error: undefined,
    });
  });

  it.each(['null', '0', '-1.5', 'false', '""', '"text"', '[]', '[1]', '{"a":{"b":null}}'])(
    'takes %s for data as it is',
    (data) => {
      expect(decode(`{"event":"x","data":${data}}`).data).toEqual(JSON.parse(data));
    },
  );

  it('ignores unknown keys, takes any order and the last of two', () => {
    expect(decode('{"x":1,"data":1,"event":"a","y":[],"event":"b","data":2}')).toMatchObject({
      event: 'b',
      data: 2,
    });
  });

  it('allows white space around, as JSON does', () => {
    expect(decode(' \r\n\t{ "event" : "x" } ').event).toBe('x');
  });

  it('keeps the error of an ack', () => {
    expect(decode('{"event":"ack","id":"s1","error":{"code":"x"}}').error).toEqual({ code: 'x' });
  });

  it.each([
    '',
    ' ',
    '{',
    '}',
    '{"event":"x"',
    '{"event":"x"}}',
    '{"event":"x"} {}',
    '{"event":"x"},',
    '\ufeff{"event":"x"}',
    "{'event':'x'}",
    '{event:"x"}',
    '{"event":"x",}',
    '{"event":"x"}//',
    '{"event":"x","data":NaN}',
    '{"event":"x","data":undefined}',
    '{"event":"x","data":01}',
    '{"event":"x","data":"\n"}',
    '{"event":"x","data":"\\x"}',
    'event',
    '\u0000',
    '{"event":"x"}\u0000',
  ])('answers %j with bad_json', (frame) => {
    expect(codeOf(frame)).toBe('bad_json');
  });

  it.each([
    'null',
    '1',
    'true',
    '"text"',
    '[]',
    '[{"event":"x"}]',
    '{}',
    '{"data":1}',
    '{"event":null}',
    '{"event":1}',
    '{"event":true}',
    '{"event":["x"]}',
    '{"event":{}}',
    '{"event":""}',
    `{"event":"${'a'.repeat(129)}"}`,
    '{"event":"a\\u0000"}',
    '{"event":"\\n"}',
    '{"event":"a\\u007f"}',
    '{"event":"a\\u0085"}',
    '{"event":"\\ud800"}',
    '{"event":"a\\udc00b"}',
    '{"event":"\\udc00\\ud800"}',
    '{"event":"x","id":null}',
    '{"event":"x","id":""}',
    '{"event":"x","id":true}',
    '{"event":"x","id":1.5}',
    '{"event":"x","id":9007199254740992}',
    '{"event":"x","id":-9007199254740992}',
    '{"event":"x","id":1e400}',
    '{"event":"x","id":[]}',
    '{"event":"x","id":{}}',
    `{"event":"x","id":"${'a'.repeat(65)}"}`,
    '{"__proto__":{"event":"x"}}',
  ])('answers %s with bad_envelope', (frame) => {
    expect(codeOf(frame)).toBe('bad_envelope');
  });

  it.each(['"now"', '""', 'null', '1795176000', '{}', '[]', 'true', '-1', '1e308', '"2026-02-30"'])(
    'answers the timestamp %s with bad_timestamp',
    (timestamp) => {
      expect(codeOf(`{"event":"x","timestamp":${timestamp}}`)).toBe('bad_timestamp');
    },
  );

  it.each(['a', 'a'.repeat(128), '*', ' ', 'ä', '🫖', '__proto__', 'constructor', '"\\'])(
    'takes %j for an event',
    (event) => {
      expect(decode(JSON.stringify({ event })).event).toBe(event);
    },
  );

  it.each([
    0,
    -1,
    1,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    'a',
    'a'.repeat(64),
    '1',
    ' ',
  ])('takes %j for an id, as it is', (id) => {
    expect(decode(JSON.stringify({ event: 'x', id })).id).toBe(id);
  });

  it('takes the largest event names by UTF-16 code units', () => {
    expect(decode(JSON.stringify({ event: '🫖'.repeat(64) })).event).toHaveLength(128);
    expect(codeOf(JSON.stringify({ event: '🫖'.repeat(65) }))).toBe('bad_envelope');
  });

  it('hands the id on with every error that comes after the id was read', () => {
    const errorOf = (frame: string): unknown => {
      try {
        return decode(frame);
      } catch (error) {
        return error;
      }
    };
    expect(errorOf('{"id":7}')).toMatchObject({ code: 'bad_envelope', id: 7 });
    expect(errorOf('{"id":"a","event":1}')).toMatchObject({ code: 'bad_envelope', id: 'a' });
    expect(errorOf('{"id":7,"event":"x","timestamp":1}')).toMatchObject({
      code: 'bad_timestamp',
      id: 7,
    });
    expect(errorOf('{"id":{},"event":"x"}')).toMatchObject({ code: 'bad_envelope', id: undefined });
  });

  it('checks the id before the event before the timestamp', () => {
    expect(codeOf('{"event":"","timestamp":"now"}')).toBe('bad_envelope');
    expect(codeOf('{"event":"x","id":null,"timestamp":"now"}')).toBe('bad_envelope');
  });

  it('checks nesting and keys before anything is parsed', () => {
    expect(codeOf(`{"event":"x","data":${'['.repeat(40)}`)).toBe('too_deep');
    expect(codeOf(`{"event":1,"data":{${'"a":1,'.repeat(1_001)}`)).toBe('limit_exceeded');
  });

  it('leaves the prototype of everything as it is', () => {
    const message = decode(
      '{"event":"x","__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(message.data as object)).toEqual(['__proto__', 'constructor']);
  });

  it('throws nothing but a BounceWsError, whatever the frame is', () => {
    const frame = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'{ } [ ] " : , \\ u x 0 e event'.split(' ')) }),
      fc
        .record({ event: fc.anything(), id: fc.anything(), timestamp: fc.anything() })
        .map((value) => {
          try {
            return JSON.stringify(value);
          } catch {
            return '{';
          }
        }),
    );
    fc.assert(
      fc.property(frame, (text) => {
        expect(codeOf(text)).toMatch(
          /^(decoded|bad_json|bad_envelope|too_deep|bad_timestamp|limit_exceeded)$/,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('encode()', () => {
  const timestamp = '2026-11-20T12:00:00.123';

  it('writes event, data and timestamp, and the id of an answer', () => {
    expect(JSON.parse(codec.encode({ event: 'x', data: { a: 1 }, timestamp }))).toEqual({
      event: 'x',
      data: { a: 1 },
      timestamp,
    });
    for (const id of [0, -7, '', 's1', 'a"b\\']) {
      expect(JSON.parse(codec.encode({ event: 'ack', data: null, timestamp, id }))).toEqual({
        event: 'ack',
        id,
        data: null,
        timestamp,
      });
    }
  });

  it('escapes what a name may hold', () => {
    for (const event of ['"', '\\', '</script>', '\u2028', 'ä🫖']) {
      expect(JSON.parse(codec.encode({ event, data: 0, timestamp }))).toMatchObject({ event });
    }
  });

  it.each([
    ['a BigInt', 1n],
    ['a BigInt inside', { a: [1n] }],
    ['a function', () => undefined],
    ['a symbol', Symbol('x')],
    ['undefined', undefined],
    ['what toJSON makes undefined', { toJSON: () => undefined }],
  ])('throws a TypeError for %s', (_what, data) => {
    expect(() => codec.encode({ event: 'x', data, timestamp })).toThrow(TypeError);
  });

  it('throws a TypeError for a cycle', () => {
    const data: Record<string, unknown> = {};
    data['self'] = data;
    expect(() => codec.encode({ event: 'x', data, timestamp })).toThrow(TypeError);
  });

  it('calls toJSON, as JSON does', () => {
    const data = { when: new Date(0), map: new Map([[1, 2]]), not: Number.NaN };
    expect(JSON.parse(codec.encode({ event: 'x', data, timestamp }))).toMatchObject({
      data: { when: '1970-01-01T00:00:00.000Z', map: {}, not: null },
    });
  });
});

describe('what one side encodes', () => {
  const event = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter(isEventName);
  const id = fc.oneof(fc.maxSafeInteger(), fc.string({ minLength: 1, maxLength: 64 }));
  const data = fc.jsonValue({ maxDepth: 5 });

  it('the other side decodes as the same', () => {
    fc.assert(
      fc.property(event, data, fc.option(id, { nil: undefined }), (name, payload, messageId) => {
        const timestamp = '2026-11-20T12:00:00.123';
        const decoded = decode(
          codec.encode({ event: name, data: payload, timestamp, id: messageId }),
        );
        expect(decoded.event).toBe(name);
        expect(decoded.id).toBe(messageId);
        expect(decoded.timestampMicros).toBe(Date.parse(`${timestamp}Z`) * 1_000);
        expect(JSON.stringify(decoded.data)).toBe(JSON.stringify(payload));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('isEventName() and isMessageId()', () => {
  it.each([
    ['a', true],
    ['', false],
    [undefined, false],
    [7, false],
    [{ length: 1 }, false],
    ['a\u009fb', false],
    ['a\u00a0b', true],
    ['\ud83e\uded6', true],
    ['\ud83e', false],
  ])('isEventName(%j) is %s', (value, expected) => {
    expect(isEventName(value)).toBe(expected);
  });

  it.each([
    [0, true],
    [-0, true],
    [1.5, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
    [2 ** 53, false],
    ['a', true],
    ['', false],
    ['a'.repeat(65), false],
    [null, false],
    [undefined, false],
    [true, false],
    [7n, false],
  ])('isMessageId(%s) is %s', (value, expected) => {
    expect(isMessageId(value)).toBe(expected);
  });
});
