import { describe, expect, it } from 'vitest';
import { settled } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

describe('5.1 Reserved events', () => {
  it.each([
    'connect',
    'disconnect',
    'error',
    'pong',
    'eval_js',
    'presence_state',
    'presence_diff',
    'recovery',
  ])('answers reserved_event to %s', async (event) => {
    const peer = await target.connect();
    const data = errorData('reserved_event', { event });
    expect(await peer.request(event, { token: 'x', script: 'x' })).toMatchObject({
      event: 'error',
      data,
    });
    peer.send(event);
    expect(await peer.next()).toEqual({ event: 'error', data, timestamp: expect.any(String) });
  });

  it('is about exactly these names', async () => {
    const peer = await target.connect();
    for (const event of ['Connect', 'connect ', 'errors', 'ERROR', 'ack2']) {
      expect((await peer.request(event)).data).toEqual(errorData('unknown_event', { event }));
    }
  });
});

describe('5.3 Unknown events', () => {
  it.each(['nobody', 'clock', 'news', 'shouted', '__proto__', 'constructor', 'valueOf'])(
    'answers unknown_event to %s',
    async (event) => {
      const peer = await target.connect();
      const data = errorData('unknown_event', { event });
      expect(await peer.request(event, { n: 1 })).toMatchObject({ event: 'error', data });
      peer.send(event);
      expect(await peer.next()).toEqual({ event: 'error', data, timestamp: expect.any(String) });
    },
  );

  it('does not make a sender into a handler when a client subscribes', async () => {
    const peer = await target.connect();
    await peer.request('subscribe', { events: ['news'] });
    expect((await peer.request('news', { text: 'mine' })).data).toEqual(
      errorData('unknown_event', { event: 'news' }),
    );
    expect(await settled(peer)).toEqual([]);
  });
});
