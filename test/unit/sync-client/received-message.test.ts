import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../lib/sync-client/received-message.js';

describe('a frame of the server', () => {
  it.each([
    ['{"event":"a"}', { event: 'a', data: undefined }],
    ['{"event":"a","data":null}', { event: 'a', data: null }],
    ['{"event":"a","data":[1],"timestamp":"t"}', { event: 'a', data: [1], timestamp: 't' }],
    ['{"event":"a","data":1,"timestamp":7}', { event: 'a', data: 1 }],
    ['{"event":"a","data":1,"id":0}', { event: 'a', data: 1, id: 0 }],
    ['{"event":"a","data":1,"id":"s1","more":2}', { event: 'a', data: 1, id: 's1' }],
    ['{"event":"__proto__","data":{"__proto__":1}}', { event: '__proto__' }],
  ])('is an event: %s', (raw, message) => {
    expect(readMessage(raw)).toMatchObject({ ...message, raw });
    expect(Object.keys(readMessage(raw)).sort()).toEqual(
      [...new Set([...Object.keys(message), 'data', 'raw'])].sort(),
    );
  });

  it.each([
    '',
    'text',
    'null',
    '7',
    '"event"',
    '[]',
    '{}',
    '{"event":null}',
    '{"event":""}',
    '{"event":"a\\nb"}',
    `{"event":"${'a'.repeat(129)}"}`,
    '{"event":"a","id":null}',
    '{"event":"a","id":1.5}',
    '{"event":"a","id":""}',
    '{"event":"a"} and more',
    '['.repeat(100_000),
  ])('is plain text: %s', (raw) => {
    expect(readMessage(raw)).toEqual({ event: undefined, data: raw, raw });
  });

  it('is bytes, whatever they say', () => {
    const raw = new TextEncoder().encode('{"event":"a"}');
    expect(readMessage(raw)).toEqual({ event: undefined, data: raw, raw });
  });
});
