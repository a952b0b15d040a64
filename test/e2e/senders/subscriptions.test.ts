import { Injectable, type Type } from '@nestjs/common';
import { AbstractSender } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

const NAMES = ['news', 'Weather', 'ticker'];

function senderOf(event: string): Type<AbstractSender<string>> {
  @Injectable()
  class NamedSender extends AbstractSender<string> {
    readonly event = event;
    protected createMessageData(): string {
      return event;
    }
  }
  return NamedSender;
}

/** An app with some senders, and one client of it. */
async function newsroom(names: readonly string[] = NAMES) {
  const senders = names.map(senderOf);
  const { app, url } = await start({ providers: senders });
  const peer = await WsPeer.connect(url);
  const ask = async (event: 'subscribe' | 'unsubscribe', ...events: string[]): Promise<unknown> => {
    const { event: kind, data } = await peer.request(event, { events });
    return kind === 'ack' ? (data as { events: string[] }).events : data;
  };
  /** Has every sender send, and tells which of them this client got. */
  const received = async (): Promise<string[]> => {
    for (const sender of senders) await app.get(sender).send();
    return (await peer.barrier()).map(({ event }) => event).toSorted();
  };
  return { url, peer, ask, received };
}

describe('subscriptions', () => {
  it('bring the events that were asked for, sorted by code units in the answer', async () => {
    const { ask, received } = await newsroom();
    expect(await received()).toEqual([]);
    expect(await ask('subscribe', 'ticker', 'Weather')).toEqual(['Weather', 'ticker']);
    expect(await received()).toEqual(['Weather', 'ticker']);
    expect(await ask('subscribe', 'news')).toEqual(['Weather', 'news', 'ticker']);
    expect(await ask('unsubscribe', 'Weather')).toEqual(['news', 'ticker']);
    expect(await received()).toEqual(['news', 'ticker']);
  });

  it('made or ended twice are harmless, and bring one message', async () => {
    const { ask, received } = await newsroom();
    expect(await ask('subscribe', 'news', 'news')).toEqual(['news']);
    expect(await ask('subscribe', 'news')).toEqual(['news']);
    expect(await received()).toEqual(['news']);
    expect(await ask('unsubscribe', 'news', 'nothing', 'ticker')).toEqual([]);
    expect(await ask('unsubscribe', 'news')).toEqual([]);
  });

  it('are made all or none: the answer lists every unknown name once', async () => {
    const { ask, received } = await newsroom();
    expect(await ask('subscribe', 'news', 'x', 'ticker', 'y', 'x')).toMatchObject({
      code: 'unknown_event',
      event: 'subscribe',
      details: { events: ['x', 'y'] },
    });
    expect(await received()).toEqual([]);
    expect(await ask('subscribe', '*', 'x')).toMatchObject({ code: 'unknown_event' });
    expect(await received()).toEqual([]);
  });

  it('with "*" stand for all, less those that were excluded', async () => {
    const { ask, received } = await newsroom();
    expect(await ask('subscribe', '*')).toEqual(['*', 'Weather', 'news', 'ticker']);
    expect(await ask('unsubscribe', 'news')).toEqual(['*', 'Weather', 'ticker']);
    expect(await received()).toEqual(['Weather', 'ticker']);
    expect(await ask('subscribe', 'news')).toEqual(['*', 'Weather', 'news', 'ticker']);
    expect(await ask('unsubscribe', '*')).toEqual([]);
    expect(await received()).toEqual([]);
  });

  it('made by name end with "*" too', async () => {
    const { ask, received } = await newsroom();
    await ask('subscribe', 'news', 'ticker');
    expect(await ask('unsubscribe', '*')).toEqual([]);
    expect(await received()).toEqual([]);
  });

  it('made by name and then with "*" are one each', async () => {
    const { ask, received } = await newsroom();
    await ask('subscribe', 'news');
    await ask('subscribe', '*');
    expect(await received()).toEqual(['Weather', 'news', 'ticker']);
  });

  it('are listed and not changed by an empty list', async () => {
    const { ask } = await newsroom();
    expect(await ask('subscribe')).toEqual([]);
    await ask('subscribe', 'news');
    expect(await ask('subscribe')).toEqual(['news']);
    expect(await ask('unsubscribe')).toEqual(['news']);
  });

  it.each([
    ['a string', { events: 'news' }],
    ['a number in the list', { events: ['news', 7] }],
    ['a list in the list', { events: [['news']] }],
    ['null', { events: null }],
    ['nothing', {}],
    ['an object', { events: { 0: 'news', length: 1 } }],
    ['no object at all', 'news'],
    ['a list at the top', ['news']],
  ])('are invalid_payload with %s for a list', async (_what, payload) => {
    const { peer, received } = await newsroom();
    for (const event of ['subscribe', 'unsubscribe']) {
      expect((await peer.request(event, payload)).data).toMatchObject({ code: 'invalid_payload' });
    }
    expect(await received()).toEqual([]);
  });

  it('are limited: 100 names in one message, 128 in the end, whole or not at all', async () => {
    const names = Array.from({ length: 130 }, (_, n) => `sender-${String(n).padStart(3, '0')}`);
    const { ask, received } = await newsroom(names);
    expect(await ask('subscribe', ...names.slice(0, 101))).toMatchObject({
      code: 'limit_exceeded',
      details: { limit: 'namesPerSubscribe', max: 100 },
    });
    expect(await ask('subscribe')).toEqual([]);
    expect(await ask('subscribe', ...names.slice(0, 100))).toHaveLength(100);
    expect(await ask('subscribe', ...names.slice(100, 129))).toMatchObject({
      code: 'limit_exceeded',
      details: { limit: 'subscriptionsPerConnection', max: 128 },
    });
    expect(await ask('subscribe', ...names.slice(90, 128))).toEqual(names.slice(0, 128));
    expect(await ask('subscribe', names[129]!)).toMatchObject({ code: 'limit_exceeded' });
    expect(await received()).toEqual(names.slice(0, 128));
  });

  it('are those of one connection: the next one starts with none', async () => {
    const { url, ask, peer } = await newsroom();
    await ask('subscribe', '*');
    await peer.close();
    const again = await WsPeer.connect(url);
    expect((await again.request('subscribe', { events: [] })).data).toEqual({ events: [] });
  });

  it('end at the ack: no message of that sender follows it', async () => {
    const { peer, ask, received } = await newsroom();
    await ask('subscribe', 'news');
    peer.send('unsubscribe', { events: ['news'] }, { id: 1 });
    await peer.next('ack');
    expect(await received()).toEqual([]);
  });

  it('are no right to send the event', async () => {
    const { peer, ask } = await newsroom();
    await ask('subscribe', 'news');
    expect((await peer.request('news')).data).toMatchObject({ code: 'unknown_event' });
  });

  it('are not answered without an id, but made', async () => {
    const { peer, received } = await newsroom();
    peer.send('subscribe', { events: ['news'] });
    await peer.barrier();
    expect(await received()).toEqual(['news']);
  });
});
