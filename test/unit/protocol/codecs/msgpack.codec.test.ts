import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import * as fc from 'fast-check';
import { pack, Packr, unpack, Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { BounceWsError } from '../../../../lib/protocol/index.js';
import { codecContract } from './codec-contract.js';
import { envelopeProperties } from './codec-properties.js';
import type { Frame } from './codec-under-test.js';

const codec = new MsgpackCodec();
const LIMITS = { maxDepth: 32, maxKeys: 1_000 };
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

// As a client in another language would: plain MessagePack, whatever the keys are called.
const writer = new Packr({ useRecords: false });
const reader = new Unpackr({ useRecords: false, mapsAsObjects: false });

function toMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMaps);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, toMaps(item)]));
}

function toObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toObjects);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries(Array.from(value, ([key, item]) => [key, toObjects(item)]));
}

const write = (envelope: object): Uint8Array => writer.pack(toMaps(envelope));

/** An envelope whose `data` is these bytes. */
const withData = (...data: readonly number[]): Uint8Array =>
  bytes(0x82, 0xa5, ...Buffer.from('event'), 0xa1, 0x78, 0xa4, ...Buffer.from('data'), ...data);

envelopeProperties('msgpack', codec, write);

codecContract('msgpack', {
  codec,
  write: (event, data) => write({ event, data }),
  read: (frame) => toObjects(reader.unpack(Buffer.from(frame))) as { event: string; data: unknown },
  malformed: [
    ['empty', bytes(), 'bad_envelope'],
    ['an integer', bytes(1), 'bad_envelope'],
    ['nil', bytes(0xc0), 'bad_envelope'],
    ['an array', bytes(0x90), 'bad_envelope'],
    ['an empty map', bytes(0x80), 'bad_envelope'],
    ['JSON', Buffer.from('{"event":"x"}'), 'bad_envelope'],
    ['the unused type 0xc1', bytes(0xc1), 'bad_envelope'],
    [
      'a message with something behind it',
      Buffer.concat([write({ event: 'x' }), bytes(0)]),
      'bad_envelope',
    ],
    ['a map with a number for a key', bytes(0x81, 1, 2), 'bad_envelope'],
    ['a map with nil for a key', bytes(0x81, 0xc0, 2), 'bad_envelope'],
    ['a message with a wrong id', write({ event: 'x', id: 1.5 }), 'bad_envelope'],
    ['a message with a wrong timestamp', write({ event: 'x', timestamp: 1 }), 'bad_timestamp'],
    ['a message with a timestamp extension', withData(0xd6, 0xff, 0, 0, 0, 0), 'bad_envelope'],
    ['a message with an extension of one byte', withData(0xd4, 1, 0), 'bad_envelope'],
    ['a message with a long extension', withData(0xc7, 1, 5, 0), 'bad_envelope'],
    ['a message with a record of msgpackr', withData(0xd4, 0x72, 0x40), 'bad_envelope'],
    ['a message with text that is no UTF-8', withData(0xa2, 0xc3, 0x28), 'bad_envelope'],
    [
      'a message with text that is half a surrogate',
      withData(0xa3, 0xed, 0xa0, 0x80),
      'bad_envelope',
    ],
    ['an array that announces 2^32 - 1 items', withData(0xdd, 255, 255, 255, 255), 'bad_envelope'],
    ['an array that announces 65 535 items', withData(0xdc, 255, 255, 1), 'bad_envelope'],
    ['a map that announces 2^32 - 1 keys', withData(0xdf, 255, 255, 255, 255), 'limit_exceeded'],
    ['a map that announces 500 keys', withData(0xde, 1, 0xf4), 'bad_envelope'],
    ['text that announces 2^32 - 1 bytes', withData(0xdb, 255, 255, 255, 255), 'bad_envelope'],
    ['bytes that announce 2^32 - 1 bytes', withData(0xc6, 255, 255, 255, 255), 'bad_envelope'],
    ['nested 30 000 deep', withData(...Array<number>(30_000).fill(0x91), 0), 'too_deep'],
  ],
});

describe('the codec msgpack', () => {
  it('reads id, timestamp and the error of an ack as the codec bounce does', () => {
    const frame = write({
      event: 'ack',
      id: 's1',
      timestamp: '2026-11-20T12:00:00.000001',
      error: { code: 'x' },
    });
    expect(codec.decode(frame, LIMITS)).toEqual({
      event: 'ack',
      data: {},
      id: 's1',
      timestampMicros: Date.parse('2026-11-20T12:00:00Z') * 1_000 + 1,
      error: { code: 'x' },
    });
  });

  it('gives an error the id of the message, when it has one', () => {
    const decode = () => codec.decode(write({ event: 1, id: 7 }), LIMITS);
    expect(decode).toThrow(expect.objectContaining({ code: 'bad_envelope', id: 7 }) as Error);
  });

  it.each([
    ['every small integer', [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1]],
    ['negative integers', [-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31)]],
    ['fractions', [0.5, -1.25, 1e300, Number.MIN_VALUE]],
    ['integers beyond 32 bits', [2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)]],
    ['words', [true, false, null, 'ü🫖', '']],
  ])('reads %s', (_what, data) => {
    expect(codec.decode(write({ event: 'x', data }), LIMITS).data).toEqual(data);
  });

  it('reads 64 bit integers as numbers, as JSON does', () => {
    const data = (...value: number[]) => codec.decode(withData(...value), LIMITS).data;
    expect(data(0xcf, 0, 0, 0, 0, 0, 0, 0, 5)).toBe(5);
    expect(data(0xcf, 0, 31, 255, 255, 255, 255, 255, 255)).toBe(2 ** 53 - 1);
    expect(data(0xcf, 255, 255, 255, 255, 255, 255, 255, 255)).toBe(2 ** 64);
    expect(data(0xd3, 255, 255, 255, 255, 255, 255, 255, 255)).toBe(-1);
    expect(data(0xca, 0x3f, 0, 0, 0)).toBe(0.5);
  });

  it('carries bytes, both ways, as a copy', () => {
    const frame = withData(0xc4, 3, 1, 2, 3);
    const { data } = codec.decode(frame, LIMITS);
    frame.fill(0);
    expect([...(data as Uint8Array)]).toEqual([1, 2, 3]);
    const sent = codec.encode({ event: 'x', data: { raw: bytes(1, 2, 3) }, timestamp: '' });
    expect(unpack(sent)).toMatchObject({ data: { raw: Buffer.from([1, 2, 3]) } });
  });

  it('writes nothing that is not plain MessagePack', () => {
    const data = {
      when: new Date(0),
      set: new Set([1]),
      map: new Map([[1, 2]]),
      error: new Error('x'),
    };
    const frame = codec.encode({ event: 'x', data, timestamp: 't' });
    expect(() => codec.decode(frame, LIMITS)).toThrow(
      expect.objectContaining({ code: 'bad_timestamp' }) as Error,
    );
    const { data: read } = unpack(frame) as { data: unknown };
    expect(read).toEqual(JSON.parse(JSON.stringify(data)));
  });

  it('writes the keys in order, and an id only where there is one', () => {
    const keys = (id?: number) =>
      Object.keys(unpack(codec.encode({ event: 'x', data: 1, timestamp: 't', id })) as object);
    expect(keys()).toEqual(['event', 'data', 'timestamp']);
    expect(keys(1)).toEqual(['event', 'id', 'data', 'timestamp']);
  });

  it('reads as a client what it writes as a server, and the other way round', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, id) => {
        const data: unknown = JSON.parse(JSON.stringify(value));
        const message = { event: 'x', data, timestamp: '2026-11-20T12:00:00.123', id };
        expect(codec.read(codec.encode(message))).toEqual(message);
        expect(codec.decode(codec.write({ event: 'x', data, id }), LIMITS)).toMatchObject({
          data,
          id,
        });
      }),
    );
  });

  it('refuses as a client what is no MessagePack', () => {
    const refused = (frame: Frame) => expect(() => codec.read(frame)).toThrow(BounceWsError);
    refused('{"event":"x"}');
    refused(bytes(0x81));
  });

  it('reads any MessagePack of other writers that JSON could hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const data: unknown = JSON.parse(JSON.stringify(value));
        expect(codec.decode(pack({ event: 'x', data: toMaps(data) }), LIMITS).data).toEqual(data);
      }),
    );
  });
});
