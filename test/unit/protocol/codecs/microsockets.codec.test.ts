import { MicrosocketsCodec } from 'bounce-ws/codecs/microsockets';
import { describe, expect, it } from 'vitest';
import { BounceWsError } from '../../../../lib/protocol/index.js';
import { codecContract } from './codec-contract.js';

const codec = new MicrosocketsCodec();
const LIMITS = { maxDepth: 32, maxKeys: 1_000 };

const decode = (payload: unknown): unknown =>
  codec.decode(JSON.stringify({ event: 'x', payload }), LIMITS).data;

codecContract('microsockets', {
  codec,
  write: (event, data) => JSON.stringify({ event, payload: JSON.stringify(data) }),
  read: (frame) => {
    const { event, payload } = JSON.parse(String(frame)) as { event: string; payload: string };
    return { event, data: payload };
  },
  received: (data) => (typeof data === 'string' ? data : JSON.stringify(data)),
  malformed: [
    ['empty', '', 'bad_json'],
    ['no JSON', 'hello', 'bad_json'],
    ['no object', '[]', 'bad_envelope'],
    ['without an event', '{"payload":"1"}', 'bad_envelope'],
    ['with an event that is no string', '{"event":{}}', 'bad_envelope'],
    ['nested 30 000 deep', '{"event":"x","payload":' + '['.repeat(30_000), 'too_deep'],
    [
      'nested 30 000 deep inside the payload’s string',
      JSON.stringify({ event: 'x', payload: '['.repeat(30_000) }),
      'too_deep',
    ],
  ],
});

describe('the codec microsockets', () => {
  it.each([
    ['{"room":"gamers"}', { room: 'gamers' }],
    ['[1,2]', [1, 2]],
    ['"text"', 'text'],
    ['42', 42],
    ['true', true],
    ['null', null],
    [' {"a":1} ', { a: 1 }],
  ])('decodes the payload %j, which is JSON', (payload, data) => {
    expect(decode(payload)).toEqual(data);
  });

  it.each(['gamers', '', '{not json', '[', '4 2', 'nullify', '"open', 'ä'])(
    'takes the payload %j, which is no JSON, as it is',
    (payload) => {
      expect(decode(payload)).toBe(payload);
    },
  );

  it.each([{ room: 'gamers' }, [1], 42, true, null])('takes the payload %j as it is', (payload) => {
    expect(decode(payload)).toEqual(payload);
  });

  it('has {} for a payload that is absent', () => {
    expect(codec.decode('{"event":"x"}', LIMITS).data).toEqual({});
  });

  it('counts the levels of a payload the same, in a string and outside of one', () => {
    const deepest = '['.repeat(32) + ']'.repeat(32);
    expect(() => decode(deepest)).not.toThrow();
    expect(() => decode(JSON.parse(deepest))).not.toThrow();
    expect(() => decode(`[${deepest}]`)).toThrow(BounceWsError);
    expect(() => decode(JSON.parse(`[${deepest}]`))).toThrow(BounceWsError);
  });

  it('writes a string as it is, and everything else as JSON in a string', () => {
    const encode = (data: unknown): unknown =>
      JSON.parse(codec.encode({ event: 'x', data, timestamp: '' })!);
    expect(encode('hi')).toEqual({ event: 'x', payload: 'hi' });
    expect(encode({ text: 'hi' })).toEqual({ event: 'x', payload: '{"text":"hi"}' });
    expect(encode(null)).toEqual({ event: 'x', payload: 'null' });
  });

  it.each(['ack', 'eval_js'])('has no form for %s', (event) => {
    expect(codec.encode({ event, data: {}, timestamp: '' })).toBeUndefined();
  });
});
