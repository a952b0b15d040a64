import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BounceWsError,
  type ClientMessage,
  type Codec,
  isEventName,
  isMessageId,
} from '../../../../lib/protocol/index.js';
import { type CodecUnderTest, type Frame, freeName, json, LIMITS } from './codec-under-test.js';
import { mutations } from './mutations.js';

const LARGEST_FRAME = 65_536;

/** What a frame can be refused with. */
const REFUSALS: readonly string[] = [
  'bad_json',
  'bad_envelope',
  'too_deep',
  'bad_timestamp',
  'limit_exceeded',
];

const id = fc.oneof(fc.maxSafeInteger(), fc.string({ minLength: 1, maxLength: 64 }));

/** A time in microseconds, of years in which a number can hold them. */
const micros = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });

function timestampOf(time: number): string {
  const ms = Math.floor(time / 1_000);
  const rest = String(time - ms * 1_000).padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', rest);
}

/** Beginnings of frames, and what repeats in them up to the largest size. */
const texts = fc.tuple(
  fc.constantFrom('', '{"event":"x","data":', '{"event":"', '{"op":"x","a":', '{"type":"x","a":"'),
  fc
    .array(fc.constantFrom(...'{ } [ ] " : , \\ \\u00 1 e+ . - é \u2028 null "a": \t'.split(' ')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((pieces) => pieces.join('')),
);
const binaries = fc.tuple(
  fc.constantFrom([], [0x82, 0xa1, 0x61], [0xdf, 0, 0, 0x80, 0], [0xdd, 0, 0, 0xff, 0xff]),
  fc.array(fc.constantFrom(0x81, 0x91, 0xa1, 0xc0, 0xc4, 0xd9, 0xdc, 0xde, 0xdd, 0, 1, 0xff), {
    minLength: 1,
    maxLength: 4,
  }),
);

/**
 * What holds for whatever a codec is given.
 *
 * @param name - what stands in front of the tests
 */
export function codecProperties(name: string, setup: CodecUnderTest): void {
  const { codec, write, incoming = json } = setup;
  const decode = (frame: Frame) => codec.decode(frame, LIMITS);

  describe(`${name}: any frame from a client`, () => {
    it('is read as the event and the payload that the client sent', () => {
      fc.assert(
        fc.property(freeName, incoming, (event, data) => {
          expect(decode(write(event, data))).toMatchObject({ event });
          expect(decode(write(event, data)).data).toEqual(data);
        }),
      );
    });

    it('is refused with a known code or read as a message, whatever it holds', () => {
      const bytes = fc.uint8Array({ maxLength: 200 });
      const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.json().map(shortened));
      const frames: fc.Arbitrary<Frame> = codec.binary ? bytes : text;
      fc.assert(
        fc.property(frames, (frame) => expectMessageOrRefusal(decode, frame)),
        { numRuns: 2_000 },
      );
    });

    it('is refused with a known code or read as a message when it was damaged', () => {
      fc.assert(
        fc.property(freeName, incoming, mutations, (event, data, damage) =>
          expectMessageOrRefusal(decode, damage(write(event, data))),
        ),
        { numRuns: 2_000 },
      );
    });

    // What takes more than time in proportion to the size would take seconds here, and the test would time out.
    it('is refused or read at once when it is as large as can be, whatever repeats in it', () => {
      const large: fc.Arbitrary<Frame> = codec.binary
        ? binaries.map(([start, piece]) => repeatBytes(start, piece))
        : texts.map(([start, piece]) => start.padEnd(LARGEST_FRAME, piece));
      fc.assert(
        fc.property(large, (frame) => expectMessageOrRefusal(decode, frame)),
        { numRuns: 200 },
      );
    });
  });
}

/**
 * What holds beside {@link codecProperties} for a codec whose messages have ids and timestamps.
 *
 * @param name - what stands in front of the tests
 * @param write - writes a whole envelope, as a client would
 */
export function envelopeProperties(
  name: string,
  codec: Codec,
  write: (envelope: Readonly<Record<string, unknown>>) => Frame,
): void {
  describe(`${name}: any envelope from a client`, () => {
    it('is read with its id, and its time to the microsecond', () => {
      fc.assert(
        fc.property(freeName, json, id, micros, (event, data, messageId, time) => {
          const timestamp = timestampOf(time);
          const frame = write({ event, data, id: messageId, timestamp });
          expect(codec.decode(frame, LIMITS)).toEqual({
            event,
            data,
            id: messageId,
            timestampMicros: time,
          });
        }),
      );
    });
  });
}

function expectMessageOrRefusal(decode: (frame: Frame) => ClientMessage, frame: Frame): void {
  try {
    const message = decode(frame);
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

function repeatBytes(start: readonly number[], piece: readonly number[]): Uint8Array {
  const frame = Buffer.alloc(LARGEST_FRAME, Uint8Array.from(piece));
  frame.set(start);
  return frame;
}
