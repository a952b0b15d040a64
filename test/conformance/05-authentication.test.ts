import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { epoch, forge, hmac, SECRET, tokenOf } from '../support/tokens.js';
import { FramePeer } from '../support/frame-peer.js';
import { type PeerOptions, UpgradeRefused, WsPeer } from '../support/ws-peer.js';
import type { ReferenceServer } from './reference-server.js';
import { settled } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { startOwnServer } from './support/servers.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const withToken = (token: string): string => `${target.url.href}?token=${token}`;

/** How the server answers a handshake: 101, or what it refuses it with. */
async function status(url: string, options?: PeerOptions): Promise<string> {
  try {
    const peer = await WsPeer.connect(url, options);
    peer.socket.terminate();
    return '101';
  } catch (error) {
    if (error instanceof UpgradeRefused) return `${error.status} ${error.body}`.trim();
    throw error;
  }
}

async function connectAs(user: string): Promise<WsPeer> {
  return WsPeer.connect(withToken(tokenOf(user)));
}

describe('5.4 Tokens in the handshake', () => {
  it.each<[string, string, PeerOptions]>([
    ['the query', `?token=${tokenOf('alice')}`, {}],
    ['Authorization', '', { headers: { Authorization: `Bearer ${tokenOf('alice')}` } }],
    ['a subprotocol', '', { protocols: [`bounce.token.${tokenOf('alice')}`, 'bounce.v1.json'] }],
  ])('are taken from %s', async (_place, query, options) => {
    const peer = await WsPeer.connect(target.url.href + query, options);
    expect((await peer.request('whoami')).data).toMatchObject({ user: { id: 'alice' } });
    expect(peer.subprotocol).not.toContain('token');
    await peer.close();
  });

  it.each<[string, string]>([
    ['invalid_token', 'nonsense'],
    ['invalid_token', ''],
    ['invalid_token', '%00'],
    ['invalid_token', '%E0%A4%A'],
    ['invalid_token', 'x'.repeat(4_097)],
    ['invalid_token', `${tokenOf('alice')}&token=${tokenOf('bob')}`],
    ['invalid_token', forge({ alg: 'none' }, { sub: 'alice', exp: epoch(60) }, () => Buffer.of())],
    [
      'invalid_token',
      forge({ alg: 'HS512' }, { sub: 'alice', exp: epoch(60) }, hmac(SECRET, 'sha512')),
    ],
    ['invalid_token', forge({ alg: 'HS256' }, { sub: 'alice' })],
    ['invalid_token', forge({ alg: 'HS256' }, { exp: epoch(60) })],
    ['invalid_token', forge({ alg: 'HS256' }, { sub: 1, exp: epoch(60) })],
    ['invalid_token', forge({ alg: 'HS256' }, [1])],
    ['invalid_token', tokenOf('alice', { nbf: epoch(60) })],
    ['expired_token', tokenOf('alice', { exp: epoch(-6) })],
    ['user_not_found', tokenOf('dora')],
    ['user_not_found', tokenOf('__proto__')],
  ])('that are bad are refused with 401 %s: %#', async (code, token) => {
    expect(await status(withToken(token))).toBe(`401 ${code}`);
  });

  it('that are too long for HTTP are refused with 431', async () => {
    expect(await status(withToken('x'.repeat(20_000)))).toMatch(/^431/);
  });

  it('that are the same in two places are one', async () => {
    const headers = { Authorization: `Bearer ${tokenOf('alice')}` };
    expect(await status(withToken(tokenOf('alice')), { headers })).toBe('101');
    expect(await status(withToken(tokenOf('bob')), { headers })).toBe('401 invalid_token');
  });
});

describe('5.5 authenticate', () => {
  it('makes a guest a user, and a token of the same user renews', async () => {
    const peer = await target.connect();
    expect((await peer.request('whoami')).data).toMatchObject({ user: null });
    expect((await peer.request('guarded')).data).toMatchObject({ code: 'forbidden' });
    for (const seconds of [60, 600]) {
      const token = tokenOf('alice', { exp: epoch(seconds) });
      const { data } = await peer.request('authenticate', { token });
      expect(data).toEqual({ userId: 'alice', expiresInMs: expect.any(Number) as number });
      expect((data as { expiresInMs: number }).expiresInMs).toBeGreaterThan((seconds - 10) * 1_000);
    }
    expect((await peer.request('guarded')).event).toBe('ack');
    expect((await peer.request('whoami')).data).toMatchObject({ user: { id: 'alice' } });
  });

  it('without an id is silent when it went well', async () => {
    const peer = await target.connect();
    peer.send('authenticate', { token: tokenOf('bob') });
    expect(await settled(peer)).toEqual([]);
    expect((await peer.request('whoami')).data).toMatchObject({ user: { id: 'bob' } });
  });

  it.each<[Parameters<typeof errorData>[0], unknown]>([
    ['invalid_token', { token: 'nonsense' }],
    ['expired_token', { token: tokenOf('alice', { exp: epoch(-6) }) }],
    ['user_not_found', { token: tokenOf('dora') }],
    ['forbidden', { token: tokenOf('alice') }],
  ])('is refused with %s, and it stays whose it was', async (code, data) => {
    const peer = await connectAs('bob');
    expect(await peer.request('authenticate', data)).toMatchObject({
      event: 'error',
      data: errorData(code, { event: 'authenticate' }),
    });
    expect((await peer.request('whoami')).data).toMatchObject({ user: { id: 'bob' } });
    await peer.close();
  });

  it.each([{}, null, [], { token: 1 }, { token: null }])('needs a token: not %j', async (data) => {
    const peer = await target.connect();
    expect((await peer.request('authenticate', data)).data).toMatchObject({
      code: 'invalid_payload',
      details: { fields: [{ field: 'token' }] },
    });
  });

  it('may be tried five times, and the sixth is rate_limited', async () => {
    const peer = await target.connect();
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      const { data } = await peer.request('authenticate', { token: 'nonsense' });
      codes.push((data as { code: string }).code);
    }
    expect(codes).toEqual([...Array<string>(5).fill('invalid_token'), 'rate_limited']);
    expect((await peer.request('echo', 1)).data).toBe(1);
  });

  it('is handled in turn: what follows is handled as the user', async () => {
    const peer = await target.connect();
    peer.send('whoami', {}, { id: 1 });
    peer.send('authenticate', { token: tokenOf('carol') }, { id: 2 });
    peer.send('whoami', {}, { id: 3 });
    const answers = [await peer.next('ack'), await peer.next('ack'), await peer.next('ack')];
    expect(answers).toMatchObject([
      { id: 1, data: { user: null } },
      { id: 2, data: { userId: 'carol' } },
      { id: 3, data: { user: { id: 'carol' } } },
    ]);
  });

  it('in the format of bazis-ws is the message with nothing but a token', async () => {
    const peer = await target.open('/bazis');
    peer.send({ token: 'nonsense' });
    const isError = (frame: unknown) => (frame as { type: string }).type === 'error';
    expect(await peer.next(isError)).toMatchObject({ type: 'error', code: 'invalid_token' });
    peer.send({ token: tokenOf('alice') });
    peer.send({ type: 'whoami' });
    const isMe = (frame: unknown) => JSON.stringify(frame).includes('"user"');
    expect(await peer.next(isMe)).toMatchObject({ type: 'data', data: { user: { id: 'alice' } } });
  });
});

describe('5.6 Where everybody needs a token', () => {
  let server: ReferenceServer;
  beforeAll(async () => {
    server = await startOwnServer({ auth: 'required' });
  });
  afterAll(() => server.close());

  it('a token opens the connection', async () => {
    const peer = await WsPeer.connect(`${server.url}?token=${tokenOf('alice')}`);
    expect((await peer.request('whoami')).data).toMatchObject({ user: { id: 'alice' } });
    expect(await status(`${server.url}?token=x`)).toBe('401 invalid_token');
  });

  it('nothing is handled before it has come, and all that follows it is', async () => {
    const peer = await WsPeer.connect(server.url);
    for (let id = 1; id <= 20; id++) peer.send('echo', id, { id });
    peer.send('authenticate', { token: tokenOf('alice') }, { id: 21 });
    for (let id = 22; id <= 41; id++) peer.send('echo', id, { id });
    for (let id = 1; id <= 20; id++) {
      expect(await peer.next()).toMatchObject({
        id,
        data: errorData('unauthenticated', { event: 'echo' }),
      });
    }
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 21 });
    for (let id = 22; id <= 41; id++) expect(await peer.next()).toMatchObject({ id, data: id });
  });

  it('ping is answered, and a broadcast does not arrive', async () => {
    const [guest, alice] = [
      await WsPeer.connect(server.url),
      await WsPeer.connect(`${server.url}?token=${tokenOf('alice')}`),
    ];
    alice.send('shout', { text: 'hello' });
    await alice.next('shouted');
    expect(await guest.barrier()).toEqual([]);
    expect((await guest.request('subscribe', { events: ['*'] })).data).toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('on every endpoint', async () => {
    for (const path of ['/wszero', '/microsockets', '/bazis']) {
      const peer = await FramePeer.connect(new URL(path, server.url).href);
      const key = path === '/wszero' ? 'op' : path === '/bazis' ? 'type' : 'event';
      peer.send({ [key]: 'echo' });
      expect(JSON.stringify(await peer.next())).toContain('Authentication is required');
      peer.socket.terminate();
    }
  });
});

describe('5.7 The end of a token', () => {
  it('that is years away closes nothing', async () => {
    const exp = epoch(50 * 365 * 86_400);
    const peer = await WsPeer.connect(withToken(tokenOf('bob', { exp })));
    expect((await peer.request('echo', 1)).data).toBe(1);
    await peer.close();
  });
});

describe('13 Users', () => {
  it('are told by all of their connections, and by nobody else', async () => {
    const [tab, phone, other, guest] = [
      await connectAs('carol'),
      await connectAs('carol'),
      await connectAs('bob'),
      await target.connect(),
    ];
    const { id: from } = (await guest.request('whoami')).data as { id: string };
    await guest.request('tell', { user: 'carol', text: 'hello' });
    for (const peer of [tab, phone]) {
      expect((await peer.next('told')).data).toEqual({ text: 'hello', from });
    }
    expect(await target.settled(other)).toEqual([]);
    for (const peer of [tab, phone, other]) await peer.close();
  });

  it('are online while they have a connection, and a list says so', async () => {
    const alice = await connectAs('alice');
    const users = ['alice', 'dora', '__proto__'];
    await expect
      .poll(async () => (await alice.request('online', { users })).data)
      .toEqual(JSON.parse('{"alice":true,"dora":false,"__proto__":false}'));
    const address = new URL('/users', target.url.href.replace(/^ws/, 'http'));
    expect(await (await fetch(address)).json()).toEqual([
      { id: 'alice', isOnline: true },
      { id: 'bob', isOnline: expect.any(Boolean) as boolean },
      { id: 'carol', isOnline: expect.any(Boolean) as boolean },
    ]);
    await alice.close();
  });
});
