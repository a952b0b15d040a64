import { describe, expect, it } from 'vitest';
import { settled, untilAnswered } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const timestamp = expect.any(String);

/** Long enough that a stream's second item never comes while a test runs. */
const HOUR_MS = 3_600_000;

describe('6.3 Streams', () => {
  it('send each item with the id, and the ack at the end', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 3 }, { id: 'c' });
    expect(await untilAnswered(peer, 'c')).toEqual([
      { event: 'count', id: 'c', data: 1, timestamp },
      { event: 'count', id: 'c', data: 2, timestamp },
      { event: 'count', id: 'c', data: 3, timestamp },
      { event: 'ack', id: 'c', data: null, timestamp },
    ]);
  });

  it('send just the ack when they are empty', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 0 }, { id: 1 });
    expect(await peer.next()).toEqual({ event: 'ack', id: 1, data: null, timestamp });
  });

  it('send the items alone when there was no id', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 2 });
    expect(await settled(peer)).toEqual([
      { event: 'count', data: 1, timestamp },
      { event: 'count', data: 2, timestamp },
    ]);
  });

  it('are refused like any request', async () => {
    const peer = await target.connect();
    expect(await peer.request('count', { to: 1_001 })).toMatchObject({
      event: 'error',
      data: { code: 'limit_exceeded', event: 'count' },
    });
  });

  it('hold up no other message', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 2, everyMs: HOUR_MS }, { id: 'c' });
    expect(await peer.next()).toMatchObject({ event: 'count', data: 1 });
    expect(await peer.request('add', { a: 1, b: 2 })).toMatchObject({ event: 'ack', data: 3 });
  });

  it('run side by side, each in its own order', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 5, everyMs: 10 }, { id: 1 });
    peer.send('count', { to: 5, everyMs: 10 }, { id: 2 });
    const messages = [...(await untilAnswered(peer, 1)), ...(await untilAnswered(peer, 2))];
    for (const id of [1, 2]) {
      const own = messages.filter((message) => message.id === id);
      expect(own.map(({ data }) => data)).toEqual([1, 2, 3, 4, 5, null]);
    }
  });

  it('are at most 128 on a connection', async () => {
    const peer = await target.connect();
    const start = async (id: number): Promise<unknown> => {
      peer.send('count', { to: 2, everyMs: HOUR_MS }, { id });
      return peer.next();
    };
    for (let id = 1; id <= 128; id++) expect(await start(id)).toMatchObject({ event: 'count', id });
    expect(await start(129)).toMatchObject({
      event: 'error',
      id: 129,
      data: errorData('limit_exceeded', {
        event: 'count',
        details: { limit: 'streamsPerConnection', max: 128 },
      }),
    });
    await peer.request('cancel', { id: 64 });
    expect(await start(130)).toMatchObject({ event: 'count', id: 130, data: 1 });
  });
});

describe('6.4 cancel', () => {
  it.each([7, 'seven'])('ends the stream of the id %j, which gets no ack', async (id) => {
    const peer = await target.connect();
    peer.send('count', { to: 3, everyMs: 20 }, { id });
    expect(await peer.next()).toMatchObject({ event: 'count', id, data: 1 });
    expect(await peer.request('cancel', { id })).toMatchObject({ event: 'ack', data: null });
    await peer.barrier();
    // A second stream of the same length, started later, is the clock: by its end the first would have ended too.
    peer.send('count', { to: 3, everyMs: 20 }, { id: 'clock' });
    const later = await untilAnswered(peer, 'clock');
    expect(later.filter((message) => message.id === id)).toEqual([]);
  });

  it('leaves other streams alone, and takes 1 and "1" for two ids', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 2, everyMs: 20 }, { id: 1 });
    await peer.request('cancel', { id: '1' });
    const messages = await untilAnswered(peer, 1);
    expect(messages.map(({ data }) => data)).toEqual([1, 2, null]);
  });

  it('is not answered without an id of its own', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 2, everyMs: HOUR_MS }, { id: 1 });
    await peer.next();
    peer.send('cancel', { id: 1 });
    expect(await settled(peer)).toEqual([]);
  });

  it('does no harm to what is unknown, finished or no stream', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 1 }, { id: 1 });
    await untilAnswered(peer, 1);
    for (const id of [1, 2, 'x', '__proto__']) {
      expect(await peer.request('cancel', { id })).toMatchObject({ event: 'ack', data: null });
    }
    peer.send('slow', { ms: 50 }, { id: 3 });
    expect(await peer.request('cancel', { id: 3 })).toMatchObject({ event: 'ack', data: null });
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 3, data: { ms: 50 } });
  });

  it('does not reach into another connection', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    ann.send('count', { to: 2, everyMs: 50 }, { id: 1 });
    await ben.request('cancel', { id: 1 });
    expect((await untilAnswered(ann, 1)).map(({ data }) => data)).toEqual([1, 2, null]);
  });

  it.each([{}, { id: null }, { id: 1.5 }, { id: '' }, { id: [1] }, null, 7, [7], '7'])(
    'answers invalid_payload to %j',
    async (data) => {
      const peer = await target.connect();
      expect(await peer.request('cancel', data)).toMatchObject({
        event: 'error',
        data: { code: 'invalid_payload', event: 'cancel' },
      });
    },
  );
});
