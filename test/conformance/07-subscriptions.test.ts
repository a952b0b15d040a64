import { describe, expect, it } from 'vitest';
import type { WsPeer } from '../support/ws-peer.js';
import { settled } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const ALL = ['*', 'clock', 'fast', 'news'];

/** Subscribes, and returns the events now in effect. */
async function subscribe(peer: WsPeer, ...events: string[]): Promise<unknown> {
  return (await peer.request('subscribe', { events })).data;
}

async function unsubscribe(peer: WsPeer, ...events: string[]): Promise<unknown> {
  return (await peer.request('unsubscribe', { events })).data;
}

describe('7.1 and 7.2 subscribe', () => {
  it('is acked with the effective list, sorted', async () => {
    const peer = await target.connect();
    expect(await subscribe(peer)).toEqual({ events: [] });
    expect(await subscribe(peer, 'news')).toEqual({ events: ['news'] });
    expect(await subscribe(peer, 'fast', 'clock')).toEqual({ events: ['clock', 'fast', 'news'] });
    expect(await unsubscribe(peer, 'fast')).toEqual({ events: ['clock', 'news'] });
    expect(await unsubscribe(peer)).toEqual({ events: ['clock', 'news'] });
  });

  it('takes "*" for all events, and says which these are', async () => {
    const peer = await target.connect();
    expect(await subscribe(peer, '*')).toEqual({ events: ALL });
    expect(await subscribe(peer, '*', 'news')).toEqual({ events: ALL });
  });

  it('is not acked without an id, and works', async () => {
    const peer = await target.connect();
    peer.send('subscribe', { events: ['news'] });
    expect(await settled(peer)).toEqual([]);
    await peer.request('publish_news', { text: 'hello' });
    expect(await peer.next()).toMatchObject({ event: 'news', data: { text: 'hello' } });
  });

  it.each(['subscribe', 'unsubscribe'])(
    '%s refuses anything but an array of strings',
    async (event) => {
      const peer = await target.connect();
      await subscribe(peer, 'news');
      const wrong = [
        undefined,
        null,
        5,
        'news',
        ['news'],
        {},
        { events: null },
        { events: 'news' },
        { events: 5 },
        { events: {} },
        { events: { 0: 'news', length: 1 } },
        { events: [5] },
        { events: [null] },
        { events: ['news', 5] },
        { events: [['news']] },
        { event: ['news'] },
      ];
      for (const data of wrong) {
        expect(await peer.request(event, data), JSON.stringify(data)).toMatchObject({
          event: 'error',
          data: { code: 'invalid_payload', event },
        });
      }
      expect(await subscribe(peer)).toEqual({ events: ['news'] });
    },
  );
});

describe('7.3 A subscribe is done whole or not at all', () => {
  it.each([
    [['weather'], ['weather']],
    [['clock', 'weather'], ['weather']],
    [
      ['weather', 'clock', 'traffic'],
      ['traffic', 'weather'],
    ],
    [['*', 'weather'], ['weather']],
    [['echo'], ['echo']],
    [['shouted'], ['shouted']],
    [['subscribe'], ['subscribe']],
    [
      ['__proto__', 'constructor', 'toString'],
      ['__proto__', 'constructor', 'toString'],
    ],
    [[''], ['']],
    [['clock '], ['clock ']],
    [['**'], ['**']],
    [['x'.repeat(129)], ['x'.repeat(129)]],
  ])('refuses %j, names what is unknown and changes nothing', async (events, unknown) => {
    const peer = await target.connect();
    await subscribe(peer, 'news');
    const answer = await peer.request('subscribe', { events });
    expect(answer).toMatchObject({
      event: 'error',
      data: errorData('unknown_event', {
        event: 'subscribe',
        details: { events: expect.toSatisfy((names: string[]) => sameSet(names, unknown)) },
      }),
    });
    expect(await subscribe(peer)).toEqual({ events: ['news'] });
  });

  it.each(['subscribe', 'unsubscribe'])('%s takes 100 names and refuses 101', async (event) => {
    const peer = await target.connect();
    const events = Array<string>(100).fill('clock');
    expect((await peer.request(event, { events })).event).toBe('ack');
    expect(await peer.request(event, { events: [...events, 'news'] })).toMatchObject({
      event: 'error',
      data: errorData('limit_exceeded', {
        event,
        details: { limit: 'namesPerSubscribe', max: 100 },
      }),
    });
    expect(await subscribe(peer)).toEqual({ events: event === 'subscribe' ? ['clock'] : [] });
  });

  it('counts the names before it looks at them', async () => {
    const peer = await target.connect();
    const events = Array.from({ length: 5_000 }, (_value, index) => `n${index}`);
    expect((await peer.request('subscribe', { events })).data).toMatchObject({
      code: 'limit_exceeded',
    });
  });
});

describe('7.4 Repetition', () => {
  it('does no harm', async () => {
    const peer = await target.connect();
    await subscribe(peer, 'news', 'news');
    expect(await subscribe(peer, 'news')).toEqual({ events: ['news'] });
    await peer.request('publish_news', { text: 'once' });
    expect(await settled(peer)).toMatchObject([{ event: 'news', data: { text: 'once' } }]);
  });

  it('unsubscribes with one unsubscribe from what was subscribed twice', async () => {
    const peer = await target.connect();
    await subscribe(peer, 'news');
    await subscribe(peer, 'news');
    expect(await unsubscribe(peer, 'news')).toEqual({ events: [] });
    await peer.request('publish_news', { text: 'nobody' });
    expect(await settled(peer)).toEqual([]);
  });

  it('does not mind what is not subscribed, known or not', async () => {
    const peer = await target.connect();
    await subscribe(peer, 'news');
    expect(await unsubscribe(peer, 'clock', 'weather', '__proto__', '')).toEqual({
      events: ['news'],
    });
  });
});

describe('7.5 The wildcard', () => {
  it('is kept when one name is excluded, and the name can come back', async () => {
    const peer = await target.connect();
    await subscribe(peer, '*');
    expect(await unsubscribe(peer, 'clock')).toEqual({ events: ['*', 'fast', 'news'] });
    expect(await unsubscribe(peer, 'fast', 'news')).toEqual({ events: ['*'] });
    expect(await subscribe(peer, 'news')).toEqual({ events: ['*', 'news'] });
  });

  it('ends with every subscription', async () => {
    const peer = await target.connect();
    await subscribe(peer, 'news');
    await subscribe(peer, '*');
    expect(await unsubscribe(peer, '*')).toEqual({ events: [] });
    await peer.request('publish_news', { text: 'nobody' });
    const rest = (await settled(peer)).filter(({ event }) => event === 'news');
    expect(rest).toEqual([]);
  });

  it('clears subscriptions that were made by name alone', async () => {
    const peer = await target.connect();
    await subscribe(peer, 'news', 'clock');
    expect(await unsubscribe(peer, '*')).toEqual({ events: [] });
  });

  it('delivers the events it stands for and not the excluded one', async () => {
    const peer = await target.connect();
    await subscribe(peer, '*');
    await unsubscribe(peer, 'clock', 'fast');
    await peer.barrier();
    await peer.request('publish_news', { text: 'hello' });
    expect(await peer.next('news')).toMatchObject({ data: { text: 'hello' } });
    await unsubscribe(peer, 'news');
    await peer.request('publish_news', { text: 'nobody' });
    expect(await settled(peer)).toEqual([]);
  });
});

describe('7.6 Delivery', () => {
  it('reaches subscribers of the event and nobody else', async () => {
    const [ann, ben, cem] = [
      await target.connect(),
      await target.connect(),
      await target.connect(),
    ];
    await subscribe(ann, 'news');
    await subscribe(ben, 'clock');
    await cem.request('publish_news', { text: 'hello' });
    expect(await ann.next()).toEqual({
      event: 'news',
      data: { text: 'hello' },
      timestamp: expect.any(String),
    });
    expect((await target.settled(ben)).filter(({ event }) => event === 'news')).toEqual([]);
    expect(await target.settled(cem)).toEqual([]);
  });

  it('of everything else does not depend on subscriptions', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await subscribe(ann, 'news');
    await ann.request('join', { room: 'tea' });
    await ben.request('say', { room: 'tea', text: 'hello' });
    await ben.request('shout', { text: 'hello' });
    expect(await ann.next('say')).toMatchObject({ data: { text: 'hello' } });
    expect(await ann.next('shouted')).toMatchObject({ data: { text: 'hello' } });
  });

  it('of a timed sender is the same for all its subscribers', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await subscribe(ann, 'clock');
    await subscribe(ben, 'clock');
    const first = (await ben.next('clock')).data as { n: number };
    for (let ahead = 1; ahead <= 3; ahead++) {
      expect((await ben.next('clock')).data).toEqual({ n: first.n + ahead });
    }
    const seen: unknown[] = [];
    while (seen.length === 0 || (seen.at(-1) as { n: number }).n < first.n + 3) {
      seen.push((await ann.next('clock')).data);
    }
    expect(seen.slice(-4)).toEqual([0, 1, 2, 3].map((ahead) => ({ n: first.n + ahead })));
  });
});

describe('7.7 The end', () => {
  it('comes with the ack of an unsubscribe', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await subscribe(ann, 'fast');
    await subscribe(ben, 'fast');
    await ann.next('fast');
    await unsubscribe(ann, 'fast');
    await ann.barrier();
    for (let count = 0; count < 10; count++) await ben.next('fast');
    expect(await settled(ann)).toEqual([]);
  });

  it('comes with the connection', async () => {
    const ann = await target.connect();
    await subscribe(ann, 'news');
    await ann.close();
    const again = await target.connect();
    expect(await subscribe(again)).toEqual({ events: [] });
  });
});

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && right.every((name) => left.includes(name));
}
