import { describe, expect, it } from 'vitest';
import { tokenOf } from '../support/tokens.js';
import type { PeerMessage, WsPeer } from '../support/ws-peer.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

/** Takes that many messages, of one event if one is named. */
async function take(peer: WsPeer, count: number, event?: string): Promise<PeerMessage[]> {
  const messages: PeerMessage[] = [];
  while (messages.length < count) messages.push(await peer.next(event));
  return messages;
}

const textOf = ({ data }: PeerMessage): string => (data as { text: string }).text;

describe('8.1 In', () => {
  it('handles messages in order, each after the one before is done', async () => {
    const peer = await target.connect();
    peer.send('slow', { ms: 60 }, { id: 1 });
    peer.send('add', { a: 1, b: 1 }, { id: 2 });
    peer.send('slow', { ms: 20 }, { id: 3 });
    peer.send('subscribe', { events: ['news'] }, { id: 4 });
    peer.send('join', { room: 'tea' }, { id: 5 });
    peer.send('rooms', {}, { id: 6 });
    const answers = await take(peer, 6);
    expect(answers.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(answers[5]?.data).toEqual(['tea']);
  });

  it('does not let one connection wait for another', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    ann.send('slow', { ms: 500 }, { id: 1 });
    expect(await ben.request('add', { a: 1, b: 2 })).toMatchObject({ data: 3 });
  });

  it('takes ping and cancel out of turn', async () => {
    const peer = await target.connect();
    peer.send('count', { to: 2, everyMs: 60_000 }, { id: 'stream' });
    await peer.next();
    peer.send('slow', { ms: 100 }, { id: 'slow' });
    peer.send('ping', {}, { id: 'ping' });
    peer.send('cancel', { id: 'stream' }, { id: 'cancel' });
    expect((await take(peer, 3)).map(({ id }) => id)).toEqual(['ping', 'cancel', 'slow']);
  });

  it('answers at once only to what is no valid message', async () => {
    const peer = await target.connect();
    peer.send('slow', { ms: 100 }, { id: 'slow' });
    peer.send('nobody', {}, { id: 'unknown' });
    peer.send('pong', {}, { id: 'reserved' });
    peer.sendRaw('{"event":"echo","timestamp":"now","id":"bad"}');
    peer.send('add', { a: 1 }, { id: 'payload' });
    const answers = await take(peer, 5);
    expect(answers.map(({ id }) => id)).toEqual(['bad', 'slow', 'unknown', 'reserved', 'payload']);
  });

  it('takes an ack out of turn', async () => {
    const peer = await target.connect();
    peer.send('ask', { question: '?' }, { id: 1 });
    const { id } = await peer.next();
    peer.send('add', { a: 1, b: 2 }, { id: 2 });
    peer.send('ack', 'fine', { id });
    expect(await take(peer, 2)).toMatchObject([
      { id: 1, data: { answer: 'fine' } },
      { id: 2, data: 3 },
    ]);
  });
});

describe('8.3 Out', () => {
  it('keeps one order for all members of a room on one server, and for all the order of each who speaks', async () => {
    const places = target.nodes.flatMap((node) => [node, node, node]);
    const peers = await Promise.all(places.map((node) => target.connect({ node })));
    for (const peer of peers) await peer.request('join', { room: 'order' });
    for (let count = 0; count < 40; count++) {
      for (const [index, peer] of peers.entries()) {
        peer.send('announce', { text: `${index}-${count}`, channel: 'order' });
      }
    }
    const seen = await Promise.all(peers.map((peer) => take(peer, peers.length * 40, 'announce')));
    const texts = seen.map((messages) => messages.map(textOf));
    for (const [index, own] of texts.entries()) {
      expect(own).toEqual(texts[index - (index % 3)]);
      for (const speaker of peers.keys()) {
        const ofSpeaker = own.filter((text) => text.startsWith(`${speaker}-`));
        expect(ofSpeaker).toEqual(Array.from({ length: 40 }, (_v, count) => `${speaker}-${count}`));
      }
    }
  });

  it('keeps the order of what one connection sends another, in whatever way it is addressed', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await ben.request('authenticate', { token: tokenOf('bob') });
    for (const room of ['straight', 'round']) await ben.request('join', { room });
    await ben.request('subscribe', { events: ['news'] });
    const ways = [
      (text: string) => ann.send('announce', { text, channel: 'straight' }),
      (text: string) => ann.send('tell', { user: 'bob', text }),
      (text: string) => ann.send('say', { room: 'round', text }),
      (text: string) => ann.send('shout', { text }),
      (text: string) => ann.send('publish_news', { text }),
    ];
    const texts = Array.from({ length: 100 }, (_value, index) => String(index));
    for (const [index, text] of texts.entries()) ways[index % ways.length]!(text);
    expect((await take(ben, texts.length)).map(textOf)).toEqual(texts);
  });

  it('sends what a handler broadcasts before its own ack', async () => {
    const peer = await target.connect();
    await peer.request('join', { room: 'own' });
    peer.send('announce', { text: 'hello', channel: 'own' }, { id: 1 });
    expect((await take(peer, 2)).map(({ event }) => event)).toEqual(['announce', 'ack']);
  });
});

describe('8.4 Delivery', () => {
  it('ends the connection of a client that does not read, and holds up nobody else', async () => {
    const [reader, other, sleeper] = [
      await target.connect(),
      await target.connect(),
      await target.connect(),
    ];
    for (const peer of [reader, other, sleeper]) await peer.request('join', { room: 'flood' });
    sleeper.socket.pause();
    const text = 'x'.repeat(60_000);
    // 21 MB: the kernel's own buffers swallow several before a server can notice anything.
    for (let count = 0; count < 175; count++) {
      await reader.request('announce', { text, channel: 'flood' });
      await other.request('announce', { text, channel: 'flood' });
    }
    await take(reader, 350, 'announce');
    await take(other, 350, 'announce');
    sleeper.socket.resume();
    expect([1006, 1013]).toContain((await sleeper.closed).code);
    expect((await reader.request('rooms')).data).toEqual(['flood']);
  });
});

describe('8.5 Rate', () => {
  it('refuses what exceeds the burst, message by message, and keeps the order', async () => {
    const [peer, other] = [await target.connect(), await target.connect()];
    const startMs = performance.now();
    for (let id = 0; id < 1_000; id++) peer.send('echo', id, { id });
    const answers = await take(peer, 1_000);
    const elapsedMs = performance.now() - startMs;
    const acks = answers.filter(({ event }) => event === 'ack');
    const refusals = answers.filter(({ event }) => event === 'error');
    expect(acks.length).toBeGreaterThanOrEqual(200);
    expect(acks.length).toBeLessThanOrEqual(200 + elapsedMs / 10 + 1);
    expect(acks.slice(0, 200).map(({ id }) => id)).toEqual(
      Array.from({ length: 200 }, (_v, id) => id),
    );
    expect(acks.map(({ id }) => id)).toEqual(
      [...acks].map(({ id }) => id as number).sort((a, b) => a - b),
    );
    for (const refusal of refusals) {
      expect(refusal.data).toEqual(errorData('rate_limited', { event: 'echo' }));
    }
    expect(await other.request('add', { a: 1, b: 2 })).toMatchObject({ data: 3 });
  });

  it('does not handle what it refuses', async () => {
    const peer = await target.connect();
    for (let id = 0; id < 400; id++) peer.send('ping', {}, { id });
    peer.send('join', { room: 'tea' }, { id: 'join' });
    const answers = await take(peer, 401);
    expect(answers.find(({ id }) => id === 'join')).toMatchObject({
      event: 'error',
      data: { code: 'rate_limited' },
    });
    let rooms = await peer.request('rooms');
    while (rooms.event === 'error') rooms = await peer.request('rooms');
    expect(rooms.data).toEqual([]);
  });
});
