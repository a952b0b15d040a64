import { WszeroCodec } from 'bounce-ws/codecs/wszero';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecContract } from './codec-contract.js';

const codec = new WszeroCodec();

const parameters = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .filter((keys) => !Object.hasOwn(keys, 'op'))
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

const isObject = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

const encode = (event: string, data: unknown): unknown => {
  const frame = codec.encode({ event, data, timestamp: '' });
  return frame === undefined ? undefined : JSON.parse(frame);
};

codecContract('wszero', {
  codec,
  incoming: parameters,
  write: (op, data) =>
    `{"op":${JSON.stringify(op)},${JSON.stringify(data).slice(1)}`.replace(/,}$/, '}'),
  read: (frame) => {
    const { op, ...data } = JSON.parse(String(frame)) as { op: string };
    return { event: op, data };
  },
  received: (data) => {
    if (!isObject(data)) return { data };
    const { op: _op, ...others } = data as { op?: unknown };
    return others;
  },
  malformed: [
    ['empty', '', 'bad_json'],
    ['no JSON', '{"op":"x"', 'bad_json'],
    ['no object', '"x"', 'bad_envelope'],
    ['null', 'null', 'bad_envelope'],
    ['without an op', '{"event":"x"}', 'bad_envelope'],
    ['with an op that is no string', '{"op":1}', 'bad_envelope'],
    ['nested 30 000 deep', `{"op":"x","a":${'['.repeat(30_000)}`, 'too_deep'],
  ],
});

describe('the codec wszero', () => {
  it('has all keys but op for the payload, and no id, timestamp or error', () => {
    expect(codec.decode('{"op":"announce","text":"hi","id":7,"timestamp":1}', LIMITS)).toEqual({
      event: 'announce',
      data: { text: 'hi', id: 7, timestamp: 1 },
      id: undefined,
      timestampMicros: undefined,
      error: undefined,
    });
  });

  it.each([
    [{ text: 'hi' }, { op: 'x', text: 'hi' }],
    [{}, { op: 'x' }],
    [5, { op: 'x', data: 5 }],
    [[1], { op: 'x', data: [1] }],
    [null, { op: 'x', data: null }],
    [
      { op: 'other', a: 1 },
      { op: 'x', a: 1 },
    ],
    [{ op: 'other' }, { op: 'x' }],
    [{ a: { op: 1 } }, { op: 'x', a: { op: 1 } }],
    [{ op: 'other', ['__proto__']: 1 }, JSON.parse('{"op":"x","__proto__":1}')],
  ])('writes the payload %j beside the op', (data, frame) => {
    expect(encode('x', data)).toEqual(frame);
  });

  it('writes an error as its text', () => {
    const data = { code: 'unknown_event', message: 'The event is unknown', event: 'x' };
    expect(encode('error', data)).toEqual({ op: 'error', msg: 'The event is unknown' });
  });

  it('writes a script as the op eval_js', () => {
    expect(encode('eval_js', { script: '1' })).toEqual({ op: 'eval_js', script: '1' });
  });

  it.each(['ack', 'presence_state', 'presence_diff'])('has no form for %s', (event) => {
    expect(encode(event, {})).toBeUndefined();
  });
});

const LIMITS = { maxDepth: 32, maxKeys: 1_000 };
