import { describe, expect, it } from 'vitest';
import { settled } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const timestamp = expect.any(String);

describe('6 Outcomes', () => {
  it('acks a value', async () => {
    const peer = await target.connect();
    expect(await peer.request('add', { a: 1.5, b: -2 })).toMatchObject({
      event: 'ack',
      data: -0.5,
    });
  });

  it('acks null where the handler returns nothing', async () => {
    const peer = await target.connect();
    expect(await peer.request('join', { room: 'tea' })).toMatchObject({ event: 'ack', data: null });
  });

  it('acks what a promise gives', async () => {
    const peer = await target.connect();
    expect(await peer.request('slow', { ms: 5 })).toMatchObject({ event: 'ack', data: { ms: 5 } });
  });

  it('acks an object with event and data as it is', async () => {
    const peer = await target.connect();
    const data = { event: 'greeting', data: { hello: 1 } };
    expect(await peer.request('echo', data)).toMatchObject({ event: 'ack', data });
    expect(await settled(peer)).toEqual([]);
  });

  it('sends an object with event and data as that event, without an id', async () => {
    const peer = await target.connect();
    peer.send('echo', { event: 'greeting', data: { hello: 1 } });
    expect(await peer.next()).toEqual({ event: 'greeting', data: { hello: 1 }, timestamp });
  });

  it.each([
    ['a number', 5],
    ['a string', 'hello'],
    ['false', false],
    ['zero', 0],
    ['an empty string', ''],
    ['an array', [1, 2]],
    ['an object', { a: 1 }],
    ['an event without data', { event: 'greeting' }],
    ['event, data and more', { event: 'greeting', data: 1, id: 7 }],
  ])('sends %s under the own event, without an id', async (_what, data) => {
    const peer = await target.connect();
    peer.send('echo', data);
    expect(await peer.next()).toEqual({ event: 'echo', data, timestamp });
  });

  it('sends nothing where the handler returns nothing, without an id', async () => {
    const peer = await target.connect();
    peer.send('join', { room: 'tea' });
    expect(await settled(peer)).toEqual([]);
    expect((await peer.request('rooms')).data).toEqual(['tea']);
  });

  it('answers errors with and without an id', async () => {
    const peer = await target.connect();
    const data = errorData('forbidden', { event: 'guarded' });
    peer.send('guarded', {}, { id: 1 });
    expect(await peer.next()).toEqual({ event: 'error', id: 1, data, timestamp });
    peer.send('guarded');
    expect(await peer.next()).toEqual({ event: 'error', data, timestamp });
  });

  it('gives each request one answer', async () => {
    const peer = await target.connect();
    await peer.request('add', { a: 1, b: 2 });
    await peer.request('join', { room: 'tea' });
    await peer.request('guarded');
    await peer.request('nobody');
    expect(await settled(peer)).toEqual([]);
  });
});

describe('6.6 ping', () => {
  it.each([
    [undefined, {}],
    [null, null],
    [0, 0],
    ['x', 'x'],
    [{ a: [1] }, { a: [1] }],
    [
      { event: 'x', data: 1 },
      { event: 'x', data: 1 },
    ],
  ])('with the data %j is answered with pong and %j', async (sent, data) => {
    const peer = await target.connect();
    peer.send('ping', sent, { id: 7 });
    expect(await peer.next()).toEqual({ event: 'pong', id: 7, data, timestamp });
    peer.send('ping', sent);
    expect(await peer.next()).toEqual({ event: 'pong', data, timestamp });
  });
});

describe('6.7 Parameters', () => {
  it('are bound by name, in whatever order they come', async () => {
    const peer = await target.connect();
    peer.sendRaw('{"event":"move","data":{"y":2,"z":3,"x":1},"id":1}');
    expect((await peer.next()).data).toEqual({ x: 1, y: 2 });
  });

  it('may be left out where they have a default', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await ann.request('join', { room: 'general' });
    await ben.request('announce', { text: 'hello' });
    expect(await ann.next()).toMatchObject({ event: 'announce', data: { channel: 'general' } });
  });

  it.each([
    ['missing', 'add', { a: 1 }, ['b']],
    ['both missing', 'add', {}, ['a', 'b']],
    ['null', 'add', { a: 1, b: null }, ['b']],
    ['a string for a number', 'add', { a: '1', b: 2 }, ['a']],
    ['a boolean for a number', 'add', { a: true, b: 2 }, ['a']],
    ['an array for a number', 'add', { a: [1], b: 2 }, ['a']],
    ['an object for a number', 'add', { a: 1, b: { valueOf: 1 } }, ['b']],
    ['both wrong', 'add', { a: '1', b: '2' }, ['a', 'b']],
    ['a number for a string', 'announce', { text: 5 }, ['text']],
    ['an object for a string', 'announce', { text: {} }, ['text']],
    ['a number for a string with a default', 'announce', { text: 'x', channel: 5 }, ['channel']],
    ['null for a string with a default', 'announce', { text: 'x', channel: null }, ['channel']],
    ['a string for a number with a default', 'count', { to: 1, everyMs: '5' }, ['everyMs']],
  ])('that are wrong are named: %s', async (_what, event, data, fields) => {
    const peer = await target.connect();
    const answer = await peer.request(event, data);
    const named = fields.map((field) => ({ field, reason: expect.any(String) }));
    expect(answer).toMatchObject({
      event: 'error',
      data: errorData('invalid_payload', { event, details: { fields: named } }),
    });
  });

  it.each([
    ['null', 'null'],
    ['a number', '5'],
    ['a string', '"ab"'],
    ['an array', '[1,2]'],
    ['keys of a prototype', '{"__proto__":{"a":1,"b":2}}'],
  ])('are not found in %s', async (_what, json) => {
    const peer = await target.connect();
    peer.sendRaw(`{"event":"add","id":1,"data":${json}}`);
    expect(await peer.next()).toMatchObject({ event: 'error', data: { code: 'invalid_payload' } });
  });
});
