import { describe, expect, it } from 'vitest';
import type { WsPeer } from '../support/ws-peer.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const timestamp = expect.any(String);

async function idOf(peer: WsPeer): Promise<string> {
  return ((await peer.request('whoami')).data as { id: string }).id;
}

describe('13 Rooms', () => {
  it('are joined and left, and doing so twice is harmless', async () => {
    const peer = await target.connect();
    for (const room of ['tea', 'coffee', 'tea']) {
      expect((await peer.request('join', { room })).data).toBeNull();
    }
    expect((await peer.request('rooms')).data).toEqual(['coffee', 'tea']);
    for (const room of ['tea', 'tea', 'milk']) {
      expect((await peer.request('leave', { room })).data).toBeNull();
    }
    expect((await peer.request('rooms')).data).toEqual(['coffee']);
  });

  it("are nobody's before they are joined", async () => {
    const peer = await target.connect();
    expect((await peer.request('rooms')).data).toEqual([]);
  });

  it('announce to all members, the announcer too if it is one', async () => {
    const [ann, ben, cem] = [
      await target.connect(),
      await target.connect(),
      await target.connect(),
    ];
    await ann.request('join', { room: 'tea' });
    await ben.request('join', { room: 'tea' });
    const from = await idOf(ann);
    ann.send('announce', { text: 'hello', channel: 'tea' });
    const message = { event: 'announce', data: { text: 'hello', channel: 'tea', from }, timestamp };
    expect(await ann.next()).toEqual(message);
    expect(await ben.next()).toEqual(message);
    expect(await target.settled(cem)).toEqual([]);
  });

  it('announce to "general" when no channel is named, from outside too', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await ann.request('join', { room: 'general' });
    await ben.request('announce', { text: 'hello' });
    expect((await ann.next()).data).toEqual({
      text: 'hello',
      channel: 'general',
      from: await idOf(ben),
    });
    expect(await target.settled(ben)).toEqual([]);
  });

  it('hear what a member says, except the one who says it', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await ann.request('join', { room: 'tea' });
    await ben.request('join', { room: 'tea' });
    await ann.request('say', { room: 'tea', text: 'hello' });
    expect(await ben.next()).toEqual({
      event: 'say',
      data: { room: 'tea', text: 'hello', from: await idOf(ann) },
      timestamp,
    });
    expect(await target.settled(ann)).toEqual([]);
  });

  it('hear nothing after they were left', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await ann.request('join', { room: 'tea' });
    await ann.request('leave', { room: 'tea' });
    await ben.request('say', { room: 'tea', text: 'anybody?' });
    expect(await target.settled(ann)).toEqual([]);
  });

  it('have members, whoever asks for them', async () => {
    const [ann, ben, cem] = [
      await target.connect(),
      await target.connect(),
      await target.connect(),
    ];
    await ann.request('join', { room: 'members' });
    await ben.request('join', { room: 'members' });
    const members = async (): Promise<string[]> =>
      ((await cem.request('members', { room: 'members' })).data as string[]).toSorted();
    expect(await members()).toEqual([await idOf(ann), await idOf(ben)].toSorted());
    await ann.request('leave', { room: 'members' });
    expect(await members()).toEqual([await idOf(ben)]);
  });

  it('hear a message once, in whatever way it was addressed', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await ann.request('join', { room: 'tea' });
    await ann.request('join', { room: 'coffee' });
    await ben.request('announce', { text: 'hello', channel: 'tea' });
    expect(await target.settled(ann)).toHaveLength(1);
  });
});

describe('13 Everybody', () => {
  it('hears a shout', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    await ann.request('shout', { text: 'hello' });
    const message = { event: 'shouted', data: { text: 'hello', from: await idOf(ann) }, timestamp };
    expect(await ann.next()).toEqual(message);
    expect(await ben.next()).toEqual(message);
  });

  it('has an id of its own and no user', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    expect((await ann.request('whoami')).data).toEqual({ id: expect.any(String), user: null });
    expect(await idOf(ann)).toBe(await idOf(ann));
    expect(await idOf(ann)).not.toBe(await idOf(ben));
  });
});

describe('13 profile', () => {
  it.each([
    { name: 'A', age: 0 },
    { name: 'x'.repeat(20), age: 150 },
    { name: 'Ann', age: 33, email: 'ann@example.org' },
  ])('takes %j', async (profile) => {
    const peer = await target.connect();
    expect(await peer.request('profile', profile)).toMatchObject({ event: 'ack', data: profile });
  });

  it.each([
    [{}, ['name', 'age']],
    [{ name: 'Ann' }, ['age']],
    [{ name: '', age: 1 }, ['name']],
    [{ name: 'x'.repeat(21), age: 1 }, ['name']],
    [{ name: 5, age: 1 }, ['name']],
    [{ name: ['Ann'], age: 1 }, ['name']],
    [{ name: 'Ann', age: -1 }, ['age']],
    [{ name: 'Ann', age: 151 }, ['age']],
    [{ name: 'Ann', age: 1.5 }, ['age']],
    [{ name: 'Ann', age: '33' }, ['age']],
    [{ name: 'Ann', age: null }, ['age']],
    [{ name: 'Ann', age: 33, email: 'nonsense' }, ['email']],
    [{ name: 'Ann', age: 33, email: 5 }, ['email']],
  ])('refuses %j and names %j', async (profile, fields) => {
    const peer = await target.connect();
    const answer = await peer.request('profile', profile);
    expect(answer).toMatchObject({
      event: 'error',
      data: errorData('invalid_payload', {
        event: 'profile',
        details: { fields: expect.any(Array) },
      }),
    });
    const { details } = answer.data as { details: { fields: { field: string }[] } };
    expect(new Set(details.fields.map(({ field }) => field))).toEqual(new Set(fields));
  });

  it.each(['null', '5', '"Ann"', '[]', '[{"name":"Ann","age":1}]'])('refuses %s', async (json) => {
    const peer = await target.connect();
    peer.sendRaw(`{"event":"profile","id":1,"data":${json}}`);
    expect(await peer.next()).toMatchObject({
      event: 'error',
      data: { code: 'invalid_payload', event: 'profile' },
    });
  });

  it('is not fooled by keys of a prototype', async () => {
    const peer = await target.connect();
    peer.sendRaw('{"event":"profile","id":1,"data":{"__proto__":{"name":"Ann","age":1}}}');
    expect(await peer.next()).toMatchObject({ data: { code: 'invalid_payload' } });
  });
});

describe('13 Senders', () => {
  it.each([
    ['clock', 10],
    ['fast', 60],
  ])('%s sends %i times a second, numbered without a gap', async (event, rateHz) => {
    const peer = await target.connect();
    await peer.request('subscribe', { events: [event] });
    const { data, timestamp: start } = await peer.next(event);
    const first = (data as { n: number }).n;
    let end = start;
    for (let ahead = 1; ahead <= rateHz; ahead++) {
      const message = await peer.next(event);
      expect(message.data).toEqual({ n: first + ahead });
      end = message.timestamp;
    }
    const elapsedMs = Date.parse(`${end}Z`) - Date.parse(`${start}Z`);
    // Never faster. Slower it may be: what a busy machine misses is not made up for.
    expect(elapsedMs).toBeGreaterThan(900);
    expect(elapsedMs).toBeLessThan(2_000);
  });
});

describe('13 Health and metrics', () => {
  const fetchFrom = (node: URL, path: string) => fetch(`http://${node.host}${path}`);

  it('are told over HTTP: the server is up', async () => {
    const response = await fetchFrom(target.url, '/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('are told over HTTP: it is ready, and has so many connections', async () => {
    const node = target.url;
    const connections = async (): Promise<number> => {
      const response = await fetchFrom(node, '/metrics');
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      const text = await response.text();
      expect(text).toMatch(/^bounce_ws_ready 1$/m);
      for (const line of text.trimEnd().split('\n')) {
        expect(line).toMatch(/^(# TYPE \w+ (gauge|counter)|\w+(\{outcome="[\w-]+"\})? \d+)$/);
      }
      return Number(/^bounce_ws_connections (\d+)$/m.exec(text)?.[1]);
    };
    const before = await connections();
    await target.connect({ node });
    await target.connect({ node });
    expect(await connections()).toBe(before + 2);
  });
});
