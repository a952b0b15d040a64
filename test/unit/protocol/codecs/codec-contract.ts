import * as fc from 'fast-check';
import naughtyStrings from 'big-list-of-naughty-strings' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import {
  BounceWsError,
  type Codec,
  ERROR_MESSAGES,
  ErrorCode,
  isEventName,
  isMessageId,
  type JsonLimits,
  RESERVED_EVENTS,
  type ServerMessage,
} from '../../../../lib/protocol/index.js';

/** A frame of either kind. */
export type Frame = string | Uint8Array;

/** What a client of a format can tell from a frame. */
export interface Received {
  /** `undefined` in formats that do not say. */
  readonly event: string | undefined;
  readonly data: unknown;
}

/** A codec, and the other end of its format as a client of it would write and read. */
export interface CodecUnderTest {
  readonly codec: Codec;
  /** Writes what a client sends. */
  readonly write: (event: string, data: unknown) => Frame;
  /** Reads what a client gets. */
  readonly read: (frame: Frame) => Received;
  /** Payloads that the format can carry from a client; any JSON value by default. */
  readonly incoming?: fc.Arbitrary<unknown>;
  /** What a client gets of a payload, where it is not the payload itself. */
  readonly received?: (data: unknown) => unknown;
  /** Frames that are no message, and the code each is answered with. */
  readonly malformed: readonly (readonly [what: string, frame: Frame, code: ErrorCode])[];
}

const LIMITS: JsonLimits = { maxDepth: 32, maxKeys: 1_000 };

/** What a frame can be refused with. */
const REFUSALS: readonly string[] = [
  'bad_json',
  'bad_envelope',
  'too_deep',
  'bad_timestamp',
  'limit_exceeded',
];

// JSON has no -0; what is written as one is read as 0.
const json = fc
  .jsonValue({ maxDepth: 5 })
  .map((value): unknown => JSON.parse(JSON.stringify(value)));
const eventName = fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme' }).filter(isEventName);
const freeName = eventName.filter((event) => !RESERVED_EVENTS.has(event) && event !== 'ping');

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
  const incoming = setup.incoming ?? json;
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

  describe(`${name}: frames from a client`, () => {
    it('are read as the event and the payload that the client sent', () => {
      fc.assert(
        fc.property(freeName, incoming, (event, data) => {
          expect(decode(write(event, data))).toMatchObject({ event });
          expect(decode(write(event, data)).data).toEqual(data);
        }),
      );
    });

    it.each(setup.malformed)('are refused when they are %s', (_what, frame, code) => {
      expect(codeOf(frame)).toBe(code);
    });

    it('are refused with a known code or read as a message, whatever they hold', () => {
      const bytes = fc.uint8Array({ maxLength: 200 });
      const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.json().map(shortened));
      const frames: fc.Arbitrary<Frame> = codec.binary ? bytes : text;
      fc.assert(
        fc.property(frames, (frame) => expectMessageOrRefusal(decode, frame)),
        { numRuns: 2_000 },
      );
    });

    it('are refused with a known code or read as a message when something in them was changed', () => {
      const change = fc.record({
        event: freeName,
        data: incoming,
        at: fc.double({ min: 0, max: 0.999, noNaN: true }),
        to: fc.nat(255),
      });
      fc.assert(
        fc.property(change, ({ event, data, at, to }) =>
          expectMessageOrRefusal(decode, mutated(write(event, data), at, to)),
        ),
        { numRuns: 1_000 },
      );
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

function expectMessageOrRefusal(
  decode: (frame: Frame) => { readonly event: string },
  frame: Frame,
) {
  try {
    const message = decode(frame) as ReturnType<Codec['decode']>;
    expect(message).toSatisfy(() => isEventName(message.event));
    expect(message.id === undefined || isMessageId(message.id)).toBe(true);
    expect(message.data).toBeDefined();
  } catch (error) {
    if (!(error instanceof BounceWsError)) throw error;
    expect(REFUSALS).toContain(error.code);
  }
}

function shortened(text: string): string {
  return text.slice(0, text.length >> 1);
}

function mutated(frame: Frame, at: number, to: number): Frame {
  const index = Math.floor(frame.length * at);
  if (typeof frame === 'string') {
    return frame.slice(0, index) + String.fromCharCode(to) + frame.slice(index + 1);
  }
  return Uint8Array.from(frame).fill(to, index, index + 1);
}
