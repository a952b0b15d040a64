import { setTimeout as wait } from 'node:timers/promises';
import { BroadcastService, ConnectionRegistry, PresenceService } from 'bounce-ws';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { describe, expect, it } from 'vitest';
import { UserGateway } from '../conformance/reference/user.gateway.js';
import { exchange } from '../conformance/support/exchange.js';
import { closeFrame, frame } from '../conformance/support/frames.js';
import { asked, userOf } from '../support/auth-app.js';
import { epoch, SECRET } from '../support/tokens.js';
import { AUDIENCE, confused, FORGED, goodToken, ISSUER, RSA } from './support/forged-tokens.js';
import { hostileModule, useHostileApp } from './support/hostile-app.js';

const GRACE_MS = 50;

describe('a token', () => {
  const authenticator = new JwtAuthenticator({
    algorithms: ['HS256'],
    secret: SECRET,
    issuer: ISSUER,
    audience: AUDIENCE,
  });
  const hostile = useHostileApp({
    module: hostileModule([UserGateway], {
      auth: { authenticator },
      presence: { graceMs: GRACE_MS },
    }),
    witnessQuery: `?token=${goodToken('witness')}`,
  });
  const as = (sub: string, claims?: object) =>
    hostile.connect({ query: `?token=${goodToken(sub, claims)}` });

  it('with anything wrong is refused before the upgrade and after it', async () => {
    for (const [what, code, token] of FORGED) {
      const { status } = await exchange(hostile.url, { path: `/ws?token=${token}` });
      expect([what, status]).toEqual([what, 401]);
      const peer = await hostile.connect();
      const { data } = await peer.request('authenticate', { token });
      expect([what, data]).toMatchObject([what, { code }]);
      expect((await peer.request('whoami')).data).toMatchObject({ code: 'unauthenticated' });
      // An honest one is taken on the same connection.
      expect(await peer.request('authenticate', { token: goodToken(`bob ${what}`) })).toMatchObject(
        {
          event: 'ack',
          data: { userId: `bob ${what}` },
        },
      );
    }
  });

  it.each([
    ['is a NUL', '?token=%00'],
    ['is cut off in the middle of a character', '?token=%E0%A4%A'],
    ['is empty', '?token='],
    ['differs from another one', `?token=${goodToken('alice')}&token=${goodToken('bob')}`],
    ['stands beside an empty one', `?token=${goodToken('alice')}&token=`],
    ['is __proto__', '?token=__proto__'],
  ])('that %s is refused with 401', async (_what, query) => {
    expect((await exchange(hostile.url, { path: `/ws${query}` })).status).toBe(401);
  });

  it('of 20 000 characters is refused with 431', async () => {
    const path = `/ws?token=${'x'.repeat(20_000)}`;
    expect((await exchange(hostile.url, { path })).status).toBe(431);
  });

  it('in a message that is no text is refused', async () => {
    const peer = await hostile.connect();
    for (const token of [null, 7, ['x'], { toString: 'x' }]) {
      const { data } = await peer.request('authenticate', { token });
      expect(data).toMatchObject({ code: 'invalid_payload' });
    }
    expect((await peer.request('authenticate')).data).toMatchObject({ code: 'invalid_payload' });
    // Those were the five that a minute has.
    expect((await peer.request('authenticate', { token: goodToken('bob') })).data).toMatchObject({
      code: 'rate_limited',
    });
  });

  it('of another user changes nothing: whose connection it is stays', async () => {
    const alice = await as('alice');
    const { data } = await alice.request('authenticate', { token: goodToken('bob') });
    expect(data).toMatchObject({ code: 'forbidden' });
    expect((await alice.request('whoami')).data).toMatchObject({ user: { id: 'alice' } });
    const bob = await as('bob');
    await bob.request('tell', { user: 'bob', text: 'for bob alone' });
    await bob.next('told');
    expect(await alice.barrier()).toEqual([]);
    expect(await alice.request('online', { users: ['alice', 'bob'] })).toMatchObject({
      data: { alice: true, bob: true },
    });
  });

  it('that ends takes its connection along within six seconds: 4401, offline, and nothing after it', async () => {
    const broadcast = hostile.app.get(BroadcastService);
    const exp = epoch(-2);
    const alice = await as('alice', { exp });
    const got: unknown[] = [];
    alice.socket.on('message', (text: Buffer) => got.push(JSON.parse(text.toString())));
    await alice.request('join', { room: 'tea' });
    // It never stops talking to her.
    const talk = setInterval(() => {
      broadcast.to('tea').emit('tick');
      broadcast.toUser('alice').emit('tock');
    }, 1);
    const { code, reason } = await alice.closed;
    const endedAfterMs = Date.now() - exp * 1_000;
    clearInterval(talk);
    expect([code, reason]).toEqual([4401, 'expired_token']);
    expect(endedAfterMs).toBeLessThan(6_000);
    expect(got.length).toBeGreaterThan(20);
    expect(got.at(-1)).toMatchObject({ event: 'error', data: { code: 'expired_token' } });
    await expect.poll(() => hostile.app.get(ConnectionRegistry).ofUser('alice').size).toBe(0);
    await expect.poll(() => hostile.app.get(PresenceService).isOnline('alice')).toBe(false);
  });
});

describe('a token for a server that asks for RS256', () => {
  const authenticator = new JwtAuthenticator({ algorithms: ['RS256'], key: RSA.publicKey });
  const hostile = useHostileApp({
    module: hostileModule([], { auth: { authenticator, required: false } }),
  });

  it.each(['pem', 'der'] as const)(
    'that is an HMAC over its public key is refused (%s)',
    async (format) => {
      const token = confused(format);
      expect((await exchange(hostile.url, { path: `/ws?token=${token}` })).status).toBe(401);
      const peer = await hostile.connect();
      const { data } = await peer.request('authenticate', { token });
      expect(data).toMatchObject({ code: 'invalid_token' });
    },
  );
});

describe('twenty frames that are sent before authentication is done', () => {
  const SLOW_MS = 50;
  const hostile = useHostileApp({
    module: hostileModule([UserGateway], {
      presence: { graceMs: GRACE_MS },
      ...asked(async (token) => {
        await wait(SLOW_MS);
        return token === 'bad' ? null : userOf(token);
      }),
    }),
    witnessQuery: '?token=witness',
  });
  const twenty = Array.from({ length: 20 }, (_value, id) =>
    frame({ payload: JSON.stringify({ event: 'whoami', id }) }),
  );
  const authenticate = (token: string): Buffer =>
    frame({ payload: JSON.stringify({ event: 'authenticate', id: 'auth', data: { token } }) });
  const inOrder = (answer: object): object[] => twenty.map((_frame, id) => ({ id, ...answer }));
  const asAlice = inOrder({ event: 'ack', data: { user: { id: 'alice' } } });
  const refused = inOrder({ event: 'error', data: { code: 'unauthenticated' } });

  it('are all handled in order after it, when the token is in the handshake', async () => {
    const path = '/ws?token=alice';
    const outcome = await exchange(hostile.url, {
      path,
      frames: twenty,
      early: true,
      messages: 20,
    });
    expect(outcome.messages).toMatchObject(asAlice);
  });

  it('are all gone with the handshake that a bad token is refused with', async () => {
    const path = '/ws?token=bad';
    const outcome = await exchange(hostile.url, { path, frames: twenty, early: true });
    expect(outcome).toMatchObject({ status: 401, messages: [], frames: [] });
  });

  it('are all handled in order after it, when the token came before them in a message', async () => {
    const frames = [authenticate('alice'), ...twenty];
    const outcome = await exchange(hostile.url, { frames, early: true, messages: 21 });
    expect(outcome.messages).toMatchObject([{ event: 'ack', id: 'auth' }, ...asAlice]);
  });

  it('are all refused when that token is bad, and none is lost', async () => {
    const frames = [authenticate('bad'), ...twenty];
    const outcome = await exchange(hostile.url, { frames, early: true, messages: 21 });
    expect(outcome.messages).toMatchObject([{ event: 'error', id: 'auth' }, ...refused]);
  });

  it('are all refused when they came before the token, and none is lost', async () => {
    const frames = [...twenty, authenticate('alice')];
    const outcome = await exchange(hostile.url, { frames, early: true, messages: 21 });
    expect(outcome.messages).toMatchObject([...refused, { event: 'ack', id: 'auth' }]);
  });

  it('and a close frame right behind them leave nothing', async () => {
    const frames = [authenticate('alice'), ...twenty, closeFrame(1000)];
    const outcome = await exchange(hostile.url, { frames, early: true });
    expect(outcome.closeCode).toBe(1000);
  });
});
