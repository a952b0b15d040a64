import { WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, BroadcastService, CloseCode, EmitEvery, OnEvent } from 'bounce-ws';
import { BounceClient, type ClientOptions } from 'bounce-ws/client';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { afterEach, describe, expect, it } from 'vitest';
import { asked, jwt, userOf } from '../../support/auth-app.js';
import type { StartedApp } from '../../support/start-app.js';
import { epoch, SECRET, tokenOf } from '../../support/tokens.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';

@WebSocketGateway()
class NotesGateway {
  @OnEvent('whoami')
  whoami(client: BounceSocket) {
    return { userId: client.userId, id: client.id };
  }

  @OnEvent('note')
  note(client: BounceSocket, n: number) {
    client.emit('noted', { n, by: client.userId });
  }

  @EmitEvery('beat', { rateHz: 20 })
  beat() {
    return {};
  }
}

const start = useApps();
const providers = [NotesGateway];
const clients: BounceClient[] = [];
expectNoUnhandledErrors();

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function connect({ url }: StartedApp, options: ClientOptions): BounceClient {
  const client = new BounceClient(url, {
    reconnect: { minDelayMs: 1, maxDelayMs: 10 },
    ...options,
  });
  clients.push(client);
  return client;
}

const next = (client: BounceClient, event: string): Promise<unknown> =>
  new Promise((resolve) => {
    client.once(event, resolve);
  });

const whoami = (client: BounceClient) =>
  client.request('whoami') as Promise<{ userId: string | null; id: string }>;

describe('getToken of the client', () => {
  it.each(['query', 'message'] as const)(
    'brings it back as the same user, with what was queued and its subscriptions (token in the %s)',
    async (tokenIn) => {
      const started = await start({ options: jwt(), providers });
      const client = connect(started, { getToken: () => tokenOf('alice'), tokenIn });
      await client.subscribe('beat');
      const { userId, id } = await whoami(client);
      expect(userId).toBe('alice');

      const gone = next(client, 'disconnect');
      started.app
        .get(BroadcastService)
        .toUser('alice')
        .disconnect(CloseCode.Unauthenticated, 'signed out');
      await gone;
      const noted: unknown[] = [];
      client.on('noted', (data) => noted.push(data));
      client.emit('note', { n: 1 });
      client.emit('note', { n: 2 });

      const back = await whoami(client);
      expect(back.userId).toBe('alice');
      expect(back.id).not.toBe(id);
      expect(noted).toEqual([
        { n: 1, by: 'alice' },
        { n: 2, by: 'alice' },
      ]);
      await next(client, 'beat');
    },
  );

  it('renews the token in time; without it the client is closed when the token ends', async () => {
    const authenticator = new JwtAuthenticator({
      algorithms: ['HS256'],
      secret: SECRET,
      clockToleranceMs: 0,
    });
    const started = await start({
      options: { auth: { authenticator, renewBeforeMs: 1_500 } },
      providers,
    });
    const exp = Date.now() / 1_000 + 3;
    const tokens = [tokenOf('alice', { exp }), tokenOf('alice', { exp: exp + 3_600 })];
    const alice = connect(started, { getToken: () => tokens.shift() });
    const bob = connect(
      { ...started, url: `${started.url}/?token=${tokenOf('bob', { exp })}` },
      {},
    );
    const errors: unknown[] = [];
    bob.onError((error) => errors.push(error));
    const renewal = next(alice, 'authenticate');
    const bobsEnd = next(bob, 'disconnect');
    const { id } = await whoami(alice);

    const { expiresInMs } = (await renewal) as { expiresInMs: number };
    expect(expiresInMs).toBeGreaterThan(0);
    expect(expiresInMs).toBeLessThanOrEqual(1_500);
    expect(await bobsEnd).toMatchObject({ code: CloseCode.Unauthenticated });
    expect(bob.state).toBe('closed');
    expect(errors).toEqual([expect.objectContaining({ code: 'expired_token' })]);
    expect(await whoami(alice)).toMatchObject({ userId: 'alice', id });
    expect(tokens).toEqual([]);
  });
});

describe('authenticate() of the client', () => {
  it('tells whose connection it is and for how long, and every later one', async () => {
    const started = await start({ options: jwt({ required: false }), providers });
    const client = connect(started, {});
    expect((await whoami(client)).userId).toBeNull();
    const answer = await client.authenticate(tokenOf('alice', { exp: epoch(60) }));
    expect(answer).toEqual({ userId: 'alice', expiresInMs: expect.any(Number) });
    const { expiresInMs } = answer as { expiresInMs: number };
    expect(expiresInMs).toBeGreaterThan(60_000);
    expect(expiresInMs).toBeLessThanOrEqual(65_000);

    const gone = next(client, 'disconnect');
    started.app.get(BroadcastService).toUser('alice').disconnect(CloseCode.Restart);
    await gone;
    expect((await whoami(client)).userId).toBe('alice');
  });

  it.each([
    ['invalid_token', 'no token'],
    ['expired_token', tokenOf('alice', { exp: epoch(-60) })],
    ['user_not_found', tokenOf('nobody')],
  ])('rejects with %s, and the connection stays as it is', async (code, token) => {
    const started = await start({ options: jwt({ required: false }), providers });
    const client = connect(started, {});
    const errors: unknown[] = [];
    client.onError((error) => errors.push(error));
    const { id } = await whoami(client);
    await expect(client.authenticate(token)).rejects.toMatchObject({ code });
    expect(await whoami(client)).toEqual({ userId: null, id });
    expect(errors).toEqual([expect.objectContaining({ code })]);
  });

  it('tells a token again that the server could not check at the time', async () => {
    let isDown = true;
    const authenticate = (token: string) => {
      if (isDown) throw new Error('the database is down');
      return userOf(token);
    };
    const started = await start({ options: asked(authenticate, { required: false }), providers });
    const client = connect(started, {});
    client.onError(() => undefined);
    await expect(client.authenticate('alice')).rejects.toMatchObject({ code: 'unavailable' });
    isDown = false;
    const gone = next(client, 'disconnect');
    started.app.get(BroadcastService).toAll().disconnect(CloseCode.Restart);
    await gone;
    expect((await whoami(client)).userId).toBe('alice');
  });
});
