import { describe, expect, it } from 'vitest';
import { answerTo } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const object = (keys: number): string => {
  const entries = Array.from({ length: keys }, (_value, index) => `"k${index}":0`);
  return `{${entries.join(',')}}`;
};

describe('2.3 Nesting', () => {
  it.each([
    ['32 arrays', nested(32)],
    ['32 objects', `${'{"a":'.repeat(31)}{}${'}'.repeat(31)}`],
    ['brackets in a string', JSON.stringify('['.repeat(1_000))],
    ['brackets after an escaped quote', JSON.stringify(`"\\"${'['.repeat(100)}\\`)],
    ['1 000 arrays side by side', `[${Array(1_000).fill('[]').join(',')}]`],
  ])('handles data of %s', async (_what, json) => {
    const peer = await target.connect();
    const answer = await answerTo(peer, `{"event":"echo","id":1,"data":${json}}`);
    expect(answer).toMatchObject({ event: 'ack', id: 1, data: JSON.parse(json) });
  });

  it.each([
    ['33 arrays', nested(33)],
    ['33 objects', `${'{"a":'.repeat(32)}{}${'}'.repeat(32)}`],
    ['33 arrays after a string full of brackets', `["]]]]",${nested(32)}]`],
    ['30 000 arrays', nested(30_000)],
    ['30 000 arrays that are never closed', '['.repeat(30_000)],
  ])('answers too_deep to data of %s', async (_what, json) => {
    const peer = await target.connect();
    const answer = await answerTo(peer, `{"event":"echo","id":1,"data":${json}}`);
    expect(answer).toEqual({
      event: 'error',
      data: errorData('too_deep'),
      timestamp: expect.any(String),
    });
    expect(await peer.request('echo', 'still here')).toMatchObject({ data: 'still here' });
  });
});

describe('2.3 Keys', () => {
  it('handles an object of 1 000 keys', async () => {
    const peer = await target.connect();
    const answer = await answerTo(peer, `{"event":"echo","id":1,"data":${object(1_000)}}`);
    expect(answer).toMatchObject({ event: 'ack', id: 1 });
  });

  it('handles more than 1 000 keys in several objects', async () => {
    const peer = await target.connect();
    const data = `[${object(900)},${object(900)}]`;
    expect(await answerTo(peer, `{"event":"echo","id":1,"data":${data}}`)).toMatchObject({
      event: 'ack',
      id: 1,
    });
  });

  it('answers limit_exceeded to an object of 1 001 keys', async () => {
    const peer = await target.connect();
    const answer = await answerTo(peer, `{"event":"echo","id":1,"data":[${object(1_001)}]}`);
    expect(answer).toMatchObject({
      event: 'error',
      data: errorData('limit_exceeded', { details: { limit: 'keys', max: 1_000 } }),
    });
  });
});

describe('2.3 Rooms', () => {
  it('answers limit_exceeded to the 129th room and keeps the first 128', async () => {
    const peer = await target.connect();
    for (let room = 1; room <= 128; room++) {
      expect((await peer.request('join', { room: `room-${room}` })).event).toBe('ack');
    }
    expect(await peer.request('join', { room: 'room-129' })).toMatchObject({
      event: 'error',
      data: errorData('limit_exceeded', {
        event: 'join',
        details: { limit: 'roomsPerConnection', max: 128 },
      }),
    });
    expect((await peer.request('join', { room: 'room-1' })).event).toBe('ack');
    expect((await peer.request('rooms')).data).toHaveLength(128);
    await peer.request('leave', { room: 'room-1' });
    expect((await peer.request('join', { room: 'room-129' })).event).toBe('ack');
  });

  it.each(['a', 'A-Z_a-z.0:9/@#=+', '__proto__', 'constructor', 'x'.repeat(128)])(
    'takes %s for the name of a room',
    async (room) => {
      const peer = await target.connect();
      expect(await peer.request('join', { room })).toMatchObject({ event: 'ack', data: null });
      expect((await peer.request('rooms')).data).toEqual([room]);
    },
  );

  it.each([
    '',
    ' ',
    'a b',
    'x'.repeat(129),
    '*',
    'a?',
    '[a]',
    'é',
    'a\u0000',
    'a\r\nb',
    '"',
    '\ud800',
  ])('answers invalid_payload to a room named %j', async (room) => {
    const peer = await target.connect();
    expect(await peer.request('join', { room })).toMatchObject({
      event: 'error',
      data: { code: 'invalid_payload' },
    });
    expect((await peer.request('rooms')).data).toEqual([]);
  });

  it('answers invalid_payload to a room whose name has 60 000 characters', async () => {
    const peer = await target.connect();
    const answer = await peer.request('join', { room: 'x'.repeat(60_000) });
    expect(answer).toMatchObject({ event: 'error', data: { code: 'invalid_payload' } });
  });
});

describe('2.4 Order of checks', () => {
  it.each([
    ['nesting before JSON', '[[[['.repeat(10), 'too_deep', undefined],
    ['JSON before the envelope', '{"event":1', 'bad_json', undefined],
    ['the id before the event', '{"event":1,"id":null}', 'bad_envelope', undefined],
    ['the event after the id', '{"event":1,"id":7}', 'bad_envelope', 7],
    ['the event before the timestamp', '{"event":1,"id":7,"timestamp":1}', 'bad_envelope', 7],
    ['the timestamp before the route', '{"event":"x","id":7,"timestamp":1}', 'bad_timestamp', 7],
    ['the route before the payload', '{"event":"x","id":7,"data":5}', 'unknown_event', 7],
  ])('checks %s', async (_what, frame, code, id) => {
    const peer = await target.connect();
    const answer = await answerTo(peer, frame);
    expect(answer).toMatchObject({ event: 'error', data: { code } });
    expect(answer.id).toBe(id);
  });

  it('checks staleness before the payload', async () => {
    const peer = await target.connect();
    peer.send('move', { x: 1, y: 1 }, { timestamp: '2020-01-02T00:00:00', id: 1 });
    peer.send('move', { x: 'wrong' }, { timestamp: '2020-01-01T00:00:00', id: 2 });
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 1 });
    expect(await peer.next()).toMatchObject({ id: 2, data: { code: 'stale_message' } });
  });
});
