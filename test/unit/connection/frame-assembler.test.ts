import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameAssembler } from '../../../lib/connection/frame-assembler.js';
import { OutboundBatch } from '../../../lib/connection/outbound-batch.js';
import { OutboundFrame } from '../../../lib/connection/outbound-frame.js';

type Payload = string | Uint8Array;

/** The frame as RFC 6455, 5.2 has it, written for clarity. */
function reference(payload: Payload): Buffer {
  const body = Buffer.from(payload as string);
  const first = typeof payload === 'string' ? 0x81 : 0x82;
  if (body.length <= 125) return Buffer.concat([Buffer.from([first, body.length]), body]);
  const header = Buffer.alloc(body.length <= 65_535 ? 4 : 10);
  header[0] = first;
  header[1] = body.length <= 65_535 ? 126 : 127;
  if (body.length <= 65_535) header.writeUInt16BE(body.length, 2);
  else header.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([header, body]);
}

const assembler = new FrameAssembler();
const assemble = (...payloads: Payload[]): Buffer =>
  assembler.assemble(payloads.map((payload) => new OutboundFrame(payload)));
const expected = (...payloads: Payload[]): Buffer => Buffer.concat(payloads.map(reference));

/** A comparison of half a megabyte that does not print it when it fails. */
const same = (actual: Buffer, wanted: Buffer): void => {
  expect(actual.length).toBe(wanted.length);
  expect(actual.subarray(0, 14)).toEqual(wanted.subarray(0, 14));
  expect(actual.equals(wanted)).toBe(true);
};

const SIZES = [0, 1, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_537, 200_000];

describe('a frame', () => {
  it.each(SIZES)('of %i bytes of ASCII has the header of its length', (size) => {
    const text = 'a'.repeat(size);
    same(assemble(text), expected(text));
  });

  it.each(SIZES)('of %i bytes is binary when its payload is', (size) => {
    const bytes = Buffer.alloc(size, 0xab);
    same(assemble(bytes), expected(bytes));
    same(assemble(new Uint8Array(bytes)), expected(bytes));
  });

  it.each([
    ['two bytes each', 'é', 2],
    ['three bytes each', '€', 3],
    ['four bytes each', '🫖', 4],
  ])('counts bytes, not characters, of %s', (_what, character, width) => {
    for (const border of [125, 126, 65_535, 65_536]) {
      // On both sides of the border, also where as many characters would ask for a shorter header.
      for (const bytes of [border - width, border - 1, border, border + 1, border + width]) {
        const text = character.repeat(Math.floor(bytes / width)) + 'a'.repeat(bytes % width);
        expect(Buffer.byteLength(text)).toBe(bytes);
        same(assemble(text), expected(text));
      }
    }
  });

  it('has the replacement character where a text is no text', () => {
    for (const text of ['\ud800', 'a\udc00b', '\ud83e'.repeat(60), `${'a'.repeat(124)}\ud800`]) {
      same(assemble(text), expected(text));
    }
  });
});

describe('several frames', () => {
  it('stand one behind the other, of all kinds and lengths', () => {
    const payloads = [
      '',
      'a'.repeat(126),
      '€'.repeat(50),
      Buffer.alloc(70_000, 1),
      'é',
      '🫖'.repeat(30),
    ];
    same(assemble(...payloads), expected(...payloads));
    same(assemble(...payloads.toReversed()), expected(...payloads.toReversed()));
  });

  it('are the reference, whatever they are', () => {
    const payload = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('a', 'é', '€', '🫖'), minLength: 60, maxLength: 130 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 65_000, max: 66_000 }).map((size) => 'x'.repeat(size)),
    );
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), (payloads) => {
        same(assemble(...payloads), expected(...payloads));
      }),
      { numRuns: 300 },
    );
  });

  it('assembled before are not touched by those assembled after', () => {
    const first = assemble('first');
    const big = assemble('b'.repeat(100_000));
    const copies = [Buffer.from(first), Buffer.from(big)];
    for (let n = 0; n < 100; n++) assemble(`other ${n}`.repeat(100));
    expect(first.equals(copies[0]!)).toBe(true);
    expect(big.equals(copies[1]!)).toBe(true);
  });
});

describe('a batch', () => {
  const frames = ['a', 'b', 'c'].map((payload) => new OutboundFrame(payload)) as [
    OutboundFrame,
    OutboundFrame,
    OutboundFrame,
  ];
  const [a, b, c] = frames;
  const batch = (...wanted: readonly OutboundFrame[]): OutboundBatch =>
    wanted.reduce((grown, frame) => grown.append(frame), new OutboundBatch());

  it('has its frames in order', () => {
    expect(batch(a, b, c, a).frames()).toEqual([a, b, c, a]);
    expect(new OutboundBatch().frames()).toEqual([]);
    expect(batch(a, b).bytes(assembler).equals(expected('a', 'b'))).toBe(true);
  });

  it('is shared, bytes and all, by those that got the same frames', () => {
    const empty = new OutboundBatch();
    const first = empty.append(a).append(b);
    const second = empty.append(a).append(b);
    expect(second).toBe(first);
    expect(second.bytes(assembler)).toBe(first.bytes(assembler));
  });

  it('is not changed when it grows, nor by another that grows from the same', () => {
    const empty = new OutboundBatch();
    const start = empty.append(a);
    const left = start.append(b);
    const right = start.append(c);
    const leftAgain = start.append(b).append(c);
    expect(start.frames()).toEqual([a]);
    expect(left.frames()).toEqual([a, b]);
    expect(right.frames()).toEqual([a, c]);
    expect(leftAgain.frames()).toEqual([a, b, c]);
    expect(empty.frames()).toEqual([]);
  });

  it('has what each of many connections was sent, whatever they share', () => {
    const step = fc.record({
      to: fc.integer({ min: 0, max: 4 }),
      frame: fc.constantFrom(...frames),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const empty = new OutboundBatch();
        const batches = Array.from({ length: 5 }, () => empty);
        const sent: OutboundFrame[][] = Array.from({ length: 5 }, () => []);
        for (const { to, frame } of steps) {
          batches[to] = batches[to]!.append(frame);
          sent[to]!.push(frame);
        }
        for (const [index, grown] of batches.entries()) {
          expect(grown.frames()).toEqual(sent[index]);
          const bytes = expected(...sent[index]!.map(({ payload }) => payload));
          expect(grown.bytes(assembler).equals(bytes)).toBe(true);
        }
      }),
    );
  });
});
