import * as fc from 'fast-check';
import naughtyStrings from 'big-list-of-naughty-strings' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import {
  BounceWsError,
  ERROR_MESSAGES,
  ErrorCode,
  isEventName,
  RESERVED_EVENTS,
  type ServerMessage,
} from '../../../../lib/protocol/index.js';
import { codecProperties } from './codec-properties.js';
import { type CodecUnderTest, type Frame, freeName, json, LIMITS } from './codec-under-test.js';

const toSend = (event: string, data: unknown): ServerMessage => ({
  event,
  data,
  timestamp: '2026-11-20T12:00:00.123',
});

/** An object that nests that many levels, itself included. */
function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}

const withKeys = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_value, index) => [`k${index}`, 0]));

/**
 * What `Codec` promises, for one codec.
 *
 * @param name - what stands in front of the tests
 */
export function codecContract(name: string, setup: CodecUnderTest): void {
  const { codec, write, read, received = (data) => data } = setup;
  const decode = (frame: Frame) => codec.decode(frame, LIMITS);
  const codeOf = (frame: Frame): string => {
    try {
      decode(frame);
      return 'decoded';
    } catch (error) {
      expect(error).toBeInstanceOf(BounceWsError);
      return (error as BounceWsError).code;
    }
  };
  const encode = (event: string, data: unknown): Frame => {
    const frame = codec.encode(toSend(event, data));
    expect(frame).toBeDefined();
    return frame!;
  };

  codecProperties(name, setup);

  describe(`${name}: frames from a client`, () => {
    it.each(setup.malformed)('are refused when they are %s', (_what, frame, code) => {
      expect(codeOf(frame)).toBe(code);
    });

    it('are refused when they end too early, wherever that is', () => {
      const frame = write('move', { x: 1, y: [true, null, 'text'] });
      for (let length = 0; length < frame.length; length++) {
        expect(codeOf(frame.slice(0, length))).toMatch(/^bad_(json|envelope)$/);
      }
    });

    it('may nest as deep as is allowed, and no deeper', () => {
      expect(codeOf(write('x', nested(LIMITS.maxDepth)))).toBe('decoded');
      expect(codeOf(write('x', nested(LIMITS.maxDepth + 2)))).toBe('too_deep');
    });

    it('may have as many keys as are allowed, and no more', () => {
      expect(codeOf(write('x', { a: withKeys(LIMITS.maxKeys) }))).toBe('decoded');
      expect(codeOf(write('x', { a: withKeys(LIMITS.maxKeys + 1) }))).toBe('limit_exceeded');
    });

    it.each(['__proto__', 'constructor', 'toJSON', 'hasOwnProperty', 'length', 'then'])(
      'may have %s for a key like any other',
      (key) => {
        const data: unknown = JSON.parse(`{"${key}":{"polluted":true},"other":1}`);
        const decoded = decode(write('x', data)).data as object;
        expect(Object.keys(decoded)).toEqual([key, 'other']);
        expect(JSON.stringify(decoded)).toBe(JSON.stringify(data));
        expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
        expect({}).not.toHaveProperty('polluted');
      },
    );

    it('are not changed by reading them, and read the same again', () => {
      const frame = write('x', { list: [1, 'two'], at: { y: null } });
      const copy = typeof frame === 'string' ? frame : Uint8Array.from(frame);
      const first = decode(frame);
      decode(write('y', { z: 2 }));
      expect(decode(frame)).toEqual(first);
      expect(Buffer.from(frame)).toEqual(Buffer.from(copy));
    });

    it('are refused for a bad name of an event', () => {
      for (const event of ['', 'a'.repeat(129), 'line\nbreak', '\u0000', '\u007f']) {
        expect([event, codeOf(write(event, {}))]).toEqual([event, 'bad_envelope']);
      }
    });
  });

  describe(`${name}: frames to a client`, () => {
    it('are of the kind that the codec says', () => {
      expect(typeof encode('x', { a: 1 }) === 'string').toBe(!codec.binary);
    });

    it('carry the event and the payload', () => {
      fc.assert(
        fc.property(freeName, json, (event, data) => {
          const got = read(encode(event, data));
          expect([event, undefined]).toContain(got.event);
          expect(got.data).toEqual(received(data));
        }),
      );
    });

    it('carry every naughty string, as payload and as event', () => {
      for (const text of naughtyStrings) {
        const event = isEventName(text) ? text : 'x';
        expect(read(encode(event, { text })).data).toEqual(received({ text }));
      }
    });

    it('carry what JSON would make of a payload', () => {
      const data = {
        date: new Date(0),
        none: undefined,
        skip: () => 1,
        list: [undefined, Number.NaN],
        nested: { toJSON: () => ({ a: 1 }) },
      };
      expect(read(encode('x', data)).data).toEqual(received(JSON.parse(JSON.stringify(data))));
    });

    it.each(['__proto__', 'constructor', 'toJSON', 'length'])(
      'carry %s as a key like any other',
      (key) => {
        const data: unknown = JSON.parse(`{"${key}":1,"other":2}`);
        expect(JSON.stringify(read(encode('x', data)).data)).toBe(JSON.stringify(received(data)));
      },
    );

    const loop: { self?: unknown } = {};
    loop.self = loop;
    it.each([
      ['a cycle', loop],
      ['a BigInt', 1n],
      ['a BigInt inside', { a: [1n] }],
      ['a function', () => 1],
      ['a symbol', Symbol('s')],
    ])('are refused with a TypeError for %s, and the next one is fine', (_what, data) => {
      expect(() => codec.encode(toSend('x', data))).toThrow(TypeError);
      expect(read(encode('x', { a: 1 })).data).toEqual(received({ a: 1 }));
    });

    it('have some form, or none, for everything that the package sends itself', () => {
      for (const event of RESERVED_EVENTS) {
        for (const data of [{}, null, 1, 'text', [1]]) {
          const frame = codec.encode(toSend(event, data));
          if (frame !== undefined) expect(typeof frame === 'string').toBe(!codec.binary);
        }
      }
    });

    it.each(Object.values(ErrorCode))('tell the client of the error %s', (code) => {
      const data = { code, message: ERROR_MESSAGES[code], event: 'x', details: { a: [1] } };
      expect(codec.encode(toSend('error', data))).toBeDefined();
    });

    it('keep an earlier frame as it is', () => {
      const first = encode('x', { a: 1 });
      const before = typeof first === 'string' ? first : Uint8Array.from(first);
      for (let round = 0; round < 100; round++) encode('y', { text: 'z'.repeat(round * 10) });
      expect(Buffer.from(first)).toEqual(Buffer.from(before));
    });
  });
}
