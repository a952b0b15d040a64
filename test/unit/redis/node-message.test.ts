import type { ClusterMessage } from 'bounce-ws';
import { describe, expect, test } from 'vitest';
import { readForeignMessage } from '../../../lib/redis/backplane/foreign-message.js';
import { readNodeMessage, writeNodeMessage } from '../../../lib/redis/backplane/node-message.js';

const ORIGIN = { node: 'abcdefghijklmnopqrstuv', seq: 7, prev: 6 };
const ENVELOPE = '{"event":"message","data":"tää\\n"}';
const TEA = { kind: 'room', names: ['tea'] } as const;

const numbered = (epoch: string, offset: number): ClusterMessage => ({
  audience: TEA,
  action: { type: 'numbered', epoch, offset, envelope: ENVELOPE },
});

const read = (header: object, rest = `\n${ENVELOPE}`) =>
  readNodeMessage(Buffer.from(`${JSON.stringify({ v: 1, ...ORIGIN, to: TEA, ...header })}${rest}`));

describe('a numbered message between nodes', () => {
  test.each([
    ['e', 1],
    ['NDM_x-4bq81f', 17],
    ['x'.repeat(64), Number.MAX_SAFE_INTEGER],
    ['__proto__', 1],
    ['é\n"', 1],
  ])('is read as it was written: %j %d', (epoch, offset) => {
    const message = numbered(epoch, offset);
    expect(readNodeMessage(Buffer.from(writeNodeMessage(ORIGIN, message)))).toEqual({
      origin: ORIGIN,
      message: { ...message, action: { ...message.action, envelope: Buffer.from(ENVELOPE) } },
    });
  });

  test('says who is left out', () => {
    const except = { sockets: ['s1'], rooms: [], users: ['ann'] };
    const text = writeNodeMessage(ORIGIN, { ...numbered('e', 1), except });
    expect(readNodeMessage(Buffer.from(text))).toMatchObject({ message: { except } });
  });

  test('says of which message it is a copy', () => {
    const except = { sockets: [], rooms: [], users: [], copy: { of: 'c1', after: ['milk'] } };
    const text = writeNodeMessage(ORIGIN, { ...numbered('e', 1), except });
    expect(readNodeMessage(Buffer.from(text))).toMatchObject({ message: { except } });
  });

  test.each([null, 'c1', {}, { of: '', after: [] }, { of: 'c1' }, { of: 'c1', after: [1] }])(
    'is malformed when that is %j',
    (copy) => {
      const action = { type: 'numbered', epoch: 'e', offset: 1 };
      expect(read({ except: { copy }, do: action })).toBe('malformed');
    },
  );

  test('travels as a line of JSON without the envelope, and the envelope as it is', () => {
    const [line, envelope] = writeNodeMessage(ORIGIN, numbered('e', 1)).split('\n');
    expect(JSON.parse(line!)).toEqual({
      v: 1,
      ...ORIGIN,
      to: TEA,
      do: { type: 'numbered', epoch: 'e', offset: 1 },
    });
    expect(envelope).toBe(ENVELOPE);
  });

  test.each([
    ['no epoch', { epoch: undefined }],
    ['an empty epoch', { epoch: '' }],
    ['an epoch that is too long', { epoch: 'x'.repeat(65) }],
    ['an epoch that is no string', { epoch: 1 }],
    ['no offset', { offset: undefined }],
    ['the offset 0', { offset: 0 }],
    ['an offset below it', { offset: -1 }],
    ['half an offset', { offset: 1.5 }],
    ['an offset that is too large', { offset: 2 ** 53 }],
    ['an offset in a string', { offset: '1' }],
    ['null for an offset', { offset: null }],
  ])('with %s is malformed', (_, change) => {
    expect(read({ do: { type: 'numbered', epoch: 'e', offset: 1, ...change } })).toBe('malformed');
  });

  test('without an envelope is malformed', () => {
    expect(read({ do: { type: 'numbered', epoch: 'e', offset: 1 } }, '')).toBe('malformed');
  });

  test.each([
    { kind: 'all', names: [] },
    { kind: 'user', names: ['tea'] },
    { kind: 'event', names: ['tea'] },
    { kind: 'room', names: [] },
    { kind: 'room', names: ['tea', 'milk'] },
    { kind: 'room', names: [''] },
    { kind: 'room' },
    undefined,
  ])('for another audience than one room is malformed: %j', (to) => {
    expect(read({ to, do: { type: 'numbered', epoch: 'e', offset: 1 } })).toBe('malformed');
  });
});

test('another program cannot number a message', () => {
  const action = { type: 'numbered', epoch: 'e', offset: 1, envelope: ENVELOPE };
  const payload = Buffer.from(JSON.stringify({ event: 'n', data: 1, ...action, do: action }));
  expect(readForeignMessage(payload, 'room:tea')).toEqual({
    message: { audience: TEA, action: { type: 'emit', event: 'n', data: 1 } },
  });
});
