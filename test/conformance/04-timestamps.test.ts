import { describe, expect, it } from 'vitest';
import type { PeerMessage, WsPeer } from '../support/ws-peer.js';
import { settled } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

let lastId = 0;

/** Sends a `move` of that time and returns its answer. */
function move(peer: WsPeer, timestamp: string): Promise<PeerMessage> {
  peer.send('move', { x: 1, y: 2 }, { timestamp, id: ++lastId });
  return peer.next();
}

const HANDLED = { event: 'ack', data: { x: 1, y: 2 } };
const STALE = { event: 'error', data: errorData('stale_message', { event: 'move' }) };

describe('4.1 Form', () => {
  it.each([
    '2020-11-20T12:00:00.123',
    '2020-11-20T12:00:00.123456',
    '2020-11-20T12:00:00.123456789',
    '2020-11-20T12:00:00.1',
    '2020-11-20T12:00:00,5',
    '2020-11-20T12:00:00',
    '2020-11-20T12:00',
    '2020-11-20 12:00:00',
    '2020-11-20T12:00:00Z',
    '2020-11-20T12:00:00.123456+00:00',
    '2020-11-20T12:00:00+0530',
    '2020-11-20T12:00:00-08',
    '2020-11-20T12:00:00+23:59',
    '2020-02-29T00:00:00',
    '2020-12-31T23:59:59.999999',
    '0100-01-01T00:00:00',
    '9999-12-31T23:59:59',
  ])('takes %s', async (timestamp) => {
    const peer = await target.connect();
    expect(await move(peer, timestamp)).toMatchObject(HANDLED);
  });

  it.each([
    null,
    0,
    -1,
    1e308,
    1_605_873_600,
    true,
    {},
    [],
    ['2020-11-20T12:00:00'],
    '',
    'now',
    '1605873600',
    '2020-11-20',
    '12:00:00',
    '20201120T120000',
    '2020-W47-5T12:00:00',
    '2020-11-20t12:00:00',
    '2020-11-20T12:00:00z',
    '2020-11-20T12',
    '2020-11-20T12:00:',
    '2020-11-20T12:00:00.',
    '2020-11-20T12:00:00.1234567890',
    '2020-11-20T12:00:00 Z',
    ' 2020-11-20T12:00:00',
    '2020-11-20T12:00:00\n',
    '2020-11-20T12:00:00+',
    '2020-11-20T12:00:00+5',
    '2020-11-20T12:00:00+24:00',
    '2020-11-20T12:00:00+05:60',
    '2020-02-30T00:00:00',
    '2021-02-29T00:00:00',
    '2020-04-31T00:00:00',
    '2020-00-01T00:00:00',
    '2020-13-01T00:00:00',
    '2020-01-00T00:00:00',
    '2020-01-32T00:00:00',
    '2020-01-01T24:00:00',
    '2020-01-01T23:60:00',
    '2020-01-01T23:59:60',
    '-2020-11-20T12:00:00',
    '+12020-11-20T12:00:00',
    '12020-11-20T12:00:00',
    '２０20-11-20T12:00:00',
  ])('answers bad_timestamp to %j', async (timestamp) => {
    const peer = await target.connect();
    peer.send('move', { x: 1, y: 2 }, { timestamp, id: 1 });
    expect(await peer.next()).toMatchObject({
      event: 'error',
      id: 1,
      data: { code: 'bad_timestamp' },
    });
  });

  it('answers bad_timestamp to a fraction of 60 000 digits', async () => {
    const peer = await target.connect();
    const answer = await move(peer, `2020-11-20T12:00:00.${'1'.repeat(60_000)}`);
    expect(answer).toMatchObject({ event: 'error', data: { code: 'bad_timestamp' } });
  });
});

describe('4.2 The server writes', () => {
  it('UTC with milliseconds and no offset', async () => {
    const peer = await target.connect();
    const { timestamp } = await peer.request('echo');
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
    // Good enough to tell UTC from any time zone, whatever the two clocks say.
    expect(Math.abs(Date.parse(`${timestamp}Z`) - Date.now())).toBeLessThan(10 * 60_000);
  });
});

describe('4.3 The stale rule', () => {
  it('drops a message that is older than one already handled', async () => {
    const peer = await target.connect();
    expect(await move(peer, '2020-01-02T00:00:00')).toMatchObject(HANDLED);
    expect(await move(peer, '2020-01-01T00:00:00')).toMatchObject(STALE);
    expect(await move(peer, '2020-01-02T00:00:01')).toMatchObject(HANDLED);
  });

  it.each([
    ['a microsecond', '2020-01-01T00:00:00.000002', '2020-01-01T00:00:00.000001'],
    ['a millisecond', '2020-01-01T00:00:00.002', '2020-01-01T00:00:00.001999'],
    ['an offset', '2020-01-01T12:00:00+01:00', '2020-01-01T12:30:00+02:00'],
    ['no offset, which is UTC', '2020-01-01T12:00:00', '2020-01-01T12:30:00+01:00'],
  ])('counts %s', async (_what, newer, older) => {
    const peer = await target.connect();
    expect(await move(peer, newer)).toMatchObject(HANDLED);
    expect(await move(peer, older)).toMatchObject(STALE);
    expect(await move(peer, newer)).toMatchObject(HANDLED);
  });

  it('cuts off what is finer than a microsecond', async () => {
    const peer = await target.connect();
    expect(await move(peer, '2020-01-01T00:00:00.000001999')).toMatchObject(HANDLED);
    expect(await move(peer, '2020-01-01T00:00:00.000001')).toMatchObject(HANDLED);
  });

  it('handles 100 messages of one time', async () => {
    const peer = await target.connect();
    for (let count = 0; count < 100; count++) {
      expect(await move(peer, '2020-01-01T00:00:00')).toMatchObject(HANDLED);
    }
  });

  it('keeps the mark where it is when an older message was dropped', async () => {
    const peer = await target.connect();
    await move(peer, '2020-01-03T00:00:00');
    expect(await move(peer, '2020-01-01T00:00:00')).toMatchObject(STALE);
    expect(await move(peer, '2020-01-02T00:00:00')).toMatchObject(STALE);
  });

  it('does not let a time in the future lock out the true ones', async () => {
    const [peer, other] = [await target.connect(), await target.connect()];
    const future = await move(peer, '9999-01-01T00:00:00');
    expect(future).toMatchObject(HANDLED);
    // The server's own clock, read after it received the message: a true time on any machine.
    for (let count = 0, now = future.timestamp; count < 20; count++) {
      const answer = await move(peer, now);
      expect(answer).toMatchObject(HANDLED);
      expect(await move(other, now)).toMatchObject(HANDLED);
      now = answer.timestamp;
    }
    expect(await move(peer, '2020-01-01T00:00:00')).toMatchObject(STALE);
  });

  it('keeps a mark for each connection', async () => {
    const [peer, other] = [await target.connect(), await target.connect()];
    expect(await move(peer, '2020-01-02T00:00:00')).toMatchObject(HANDLED);
    expect(await move(other, '2020-01-01T00:00:00')).toMatchObject(HANDLED);
  });

  it('keeps a mark for each event', async () => {
    const peer = await target.connect();
    expect(await move(peer, '2020-01-02T00:00:00')).toMatchObject(HANDLED);
    peer.send('echo', 'older', { timestamp: '2020-01-01T00:00:00', id: 'e' });
    expect(await peer.next()).toMatchObject({ event: 'ack', data: 'older' });
  });

  it('handles a message without a timestamp, and leaves the mark alone', async () => {
    const peer = await target.connect();
    await move(peer, '2020-01-02T00:00:00');
    expect(await peer.request('move', { x: 1, y: 2 })).toMatchObject(HANDLED);
    expect(await move(peer, '2020-01-02T00:00:00')).toMatchObject(HANDLED);
  });

  it.each([
    ['subscribe', { events: [] }, { event: 'ack' }],
    ['unsubscribe', { events: [] }, { event: 'ack' }],
    ['cancel', { id: 1 }, { event: 'ack' }],
    ['ping', {}, { event: 'pong' }],
  ])('does not hold for the reserved event %s', async (event, data, answer) => {
    const peer = await target.connect();
    peer.send(event, data, { timestamp: '2020-01-02T00:00:00', id: 1 });
    peer.send(event, data, { timestamp: '2020-01-01T00:00:00', id: 2 });
    expect(await peer.next()).toMatchObject({ ...answer, id: 1 });
    expect(await peer.next()).toMatchObject({ ...answer, id: 2 });
  });
});

describe('4.4 Without an id', () => {
  it('drops a stale message in silence', async () => {
    const peer = await target.connect();
    await move(peer, '2020-01-02T00:00:00');
    peer.send('move', { x: 3, y: 4 }, { timestamp: '2020-01-01T00:00:00' });
    expect(await settled(peer)).toEqual([]);
  });
});
