import { BazisCodec } from 'bounce-ws/codecs/bazis';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_MESSAGES, type ErrorCode } from '../../../../lib/protocol/index.js';
import { codecContract } from './codec-contract.js';

const codec = new BazisCodec();
const LIMITS = { maxDepth: 32, maxKeys: 1_000 };

const keys = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .filter((object) => !Object.hasOwn(object, 'type'))
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

const write = (type: string, data: unknown): string =>
  `{"type":${JSON.stringify(type)},${JSON.stringify(data).slice(1)}`.replace(/,}$/, '}');

const encode = (event: string, data: unknown, by = codec): unknown => {
  const frame = by.encode({ event, data, timestamp: '' });
  return frame === undefined ? undefined : JSON.parse(frame);
};

codecContract('bazis', {
  codec,
  incoming: keys,
  write,
  read: (frame) => ({
    event: undefined,
    data: (JSON.parse(String(frame)) as { data: unknown }).data,
  }),
  malformed: MALFORMED(),
});

codecContract('bazis with the events’ names', {
  codec: new BazisCodec({ includeEvent: true }),
  incoming: keys,
  write,
  read: (frame) => JSON.parse(String(frame)) as { event: string; data: unknown },
  malformed: MALFORMED(),
});

function MALFORMED(): [string, string, ErrorCode][] {
  return [
    ['empty', '', 'bad_json'],
    ['no JSON', '{"type":"ping"', 'bad_json'],
    ['no object', '"ping"', 'bad_envelope'],
    ['without type and token', '{"data":1}', 'bad_envelope'],
    ['with a type that is no string', '{"type":null,"token":"x"}', 'bad_envelope'],
    ['nested 30 000 deep', `{"type":"x","a":${'['.repeat(30_000)}`, 'too_deep'],
  ];
}

describe('the codec bazis', () => {
  it('reads a token without a type as the event authenticate', () => {
    expect(codec.decode('{"token":"abc"}', LIMITS)).toMatchObject({
      event: 'authenticate',
      data: { token: 'abc' },
    });
  });

  it('reads a token beside a type as part of the payload', () => {
    expect(codec.decode('{"type":"x","token":"abc"}', LIMITS)).toMatchObject({
      event: 'x',
      data: { token: 'abc' },
    });
  });

  it('writes what was emitted without the event, or with it if asked to', () => {
    expect(encode('chat', { a: 1 })).toEqual({ type: 'data', data: { a: 1 } });
    const named = new BazisCodec({ includeEvent: true });
    expect(encode('chat', 5, named)).toEqual({ type: 'data', event: 'chat', data: 5 });
  });

  it('writes a pong as nothing but that', () => {
    expect(encode('pong', {})).toEqual({ type: 'pong' });
  });

  it.each([
    ['expired_token', 'Token expired'],
    ['invalid_token', 'Invalid token'],
    ['user_not_found', 'User not found'],
    ['internal_error', 'Internal server error'],
    ['unknown_event', 'The event is unknown'],
  ] as const)('writes the error %s with the detail %j', (code, detail) => {
    const data = { code, message: ERROR_MESSAGES[code], event: 'x' };
    expect(encode('error', data)).toEqual({ type: 'error', code, detail });
  });

  it.each(['ack', 'eval_js', 'presence_state', 'presence_diff'])('has no form for %s', (event) => {
    expect(encode(event, {})).toBeUndefined();
  });
});
