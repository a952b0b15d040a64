import { UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import {
  AbstractSender,
  type BounceSocket,
  BounceWsError,
  BroadcastService,
  ConnectionRegistry,
  type GatewayServer,
  OnEvent,
} from 'bounce-ws';
import { beforeEach, describe, expect, it } from 'vitest';
import { asked, jwt, userOf } from '../../support/auth-app.js';
import { deferred, type Deferred } from '../../support/deferred.js';
import { epoch, tokenOf } from '../../support/tokens.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

class AliceGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToWs().getClient<BounceSocket>().userId === 'alice';
  }
}

/** Notes what happens in which order. */
const happened: string[] = [];
let connecting: Deferred | undefined;

@WebSocketGateway()
class UserGateway {
  @WebSocketServer() server!: GatewayServer;

  @OnEvent('connect')
  async connect(client: BounceSocket) {
    happened.push(`connect ${client.userId}`);
    if (connecting !== undefined) await connecting.promise;
    client.emit('welcome', { userId: client.userId });
  }

  @OnEvent('disconnect')
  disconnect(client: BounceSocket) {
    happened.push(`disconnect ${client.userId}`);
  }

  @OnEvent('whoami')
  whoami(client: BounceSocket, n = 0) {
    happened.push(`whoami ${n}`);
    return { user: client.user, n };
  }

  @UseGuards(AliceGuard)
  @OnEvent('guarded')
  guarded() {
    return 'in';
  }
}

class NewsSender extends AbstractSender<object> {
  readonly event = 'news';
  protected createMessageData = () => ({});
}

beforeEach(() => {
  happened.length = 0;
  connecting = undefined;
});

const codeOf = ({ data }: { data: unknown }): unknown => (data as { code: unknown }).code;

describe('authenticate', () => {
  it('makes a guest a user, without a new connection', async () => {
    const started = await start({
      providers: [UserGateway],
      options: jwt({ required: false }),
    });
    const peer = await WsPeer.connect(started.url);
    await peer.next('welcome');
    expect(codeOf(await peer.request('guarded'))).toBe('forbidden');
    const answer = await peer.request('authenticate', { token: tokenOf('alice') });
    expect(answer).toMatchObject({ event: 'ack', data: { userId: 'alice' } });
    const { expiresInMs } = answer.data as { expiresInMs: number };
    expect(expiresInMs).toBeGreaterThan(3_600_000);
    expect(expiresInMs).toBeLessThanOrEqual(3_605_000);
    expect((await peer.request('guarded')).data).toBe('in');
    expect((await peer.request('whoami')).data).toEqual({ user: { id: 'alice' }, n: 0 });
    started.app.get(BroadcastService).toUser('alice').emit('personal');
    expect(await peer.next('personal')).toBeDefined();
    expect(happened).toEqual(['connect null', 'whoami 0']);
  });

  it('says nothing when it went well and nobody asked', async () => {
    const { peer, socket } = await connectBoth(await start({ options: jwt({ required: false }) }));
    peer.send('authenticate', { token: tokenOf('alice') });
    expect(await peer.barrier()).toEqual([]);
    await expect.poll(() => socket.userId).toBe('alice');
    peer.send('authenticate', { token: 'bad' });
    expect(codeOf(await peer.next('error'))).toBe('invalid_token');
  });

  it('knows no end of a token that has none', async () => {
    const { peer } = await connectBoth(
      await start({ options: asked((token) => userOf(token), { required: false }) }),
    );
    expect((await peer.request('authenticate', { token: 'alice' })).data).toEqual({
      userId: 'alice',
      expiresInMs: null,
    });
  });

  it.each<[string, unknown]>([
    ['invalid_token', { token: 'nonsense' }],
    ['invalid_token', { token: '' }],
    ['invalid_token', { token: `${tokenOf('alice')}\n` }],
    ['invalid_token', { token: 'x'.repeat(60_000) }],
    ['expired_token', { token: tokenOf('alice', { exp: epoch(-6) }) }],
    ['user_not_found', { token: tokenOf('nobody') }],
    ['invalid_payload', {}],
    ['invalid_payload', null],
    ['invalid_payload', []],
    ['invalid_payload', { token: 7 }],
    ['invalid_payload', { token: null }],
    ['invalid_payload', JSON.parse('{"__proto__":{"token":"x"}}')],
  ])('is answered %s and leaves the connection as it is: %#', async (code, data) => {
    const { peer, socket } = await connectBoth(await start({ options: jwt({ required: false }) }));
    const answer = await peer.request('authenticate', data);
    expect(answer.data).toMatchObject({ code, event: 'authenticate' });
    expect(socket.userId).toBeNull();
    expect(socket.closed).toBe(false);
  });

  it('renews a token, also with another user object, and changes no user', async () => {
    let calls = 0;
    const { peer, socket } = await connectBoth(
      await start({
        options: asked((token) => ({ userId: token, user: ++calls }), { required: false }),
      }),
    );
    await peer.request('authenticate', { token: 'alice' });
    expect(socket.user).toBe(1);
    expect((await peer.request('authenticate', { token: 'alice' })).event).toBe('ack');
    expect(socket.user).toBe(2);
    expect(codeOf(await peer.request('authenticate', { token: 'bob' }))).toBe('forbidden');
    expect([socket.userId, socket.user]).toEqual(['alice', 2]);
  });

  it('with another user than the one of the handshake is forbidden', async () => {
    const started = await start({ options: jwt() });
    const url = `${started.url}?token=${tokenOf('alice')}`;
    const { peer, socket } = await connectBoth({ ...started, url });
    expect(codeOf(await peer.request('authenticate', { token: tokenOf('bob') }))).toBe('forbidden');
    expect((await peer.request('authenticate', { token: tokenOf('alice') })).event).toBe('ack');
    expect(socket.userId).toBe('alice');
  });

  it('may be tried five times a minute', async () => {
    const { peer, socket } = await connectBoth(await start({ options: jwt({ required: false }) }));
    const codes: unknown[] = [];
    for (let n = 0; n < 5; n++) {
      codes.push(codeOf(await peer.request('authenticate', { token: 'x' })));
    }
    expect(codes).toEqual(Array(5).fill('invalid_token'));
    const good = { token: tokenOf('alice') };
    expect(codeOf(await peer.request('authenticate', good))).toBe('rate_limited');
    expect(socket.userId).toBeNull();
  });

  it('that the authenticator fails on is unavailable, and may be tried again', async () => {
    let isDown = true;
    const { peer } = await connectBoth(
      await start({
        options: asked(
          (token) => {
            if (isDown) throw new Error('no database');
            return userOf(token);
          },
          { required: false },
        ),
      }),
    );
    expect(codeOf(await peer.request('authenticate', { token: 'alice' }))).toBe('unavailable');
    isDown = false;
    expect((await peer.request('authenticate', { token: 'alice' })).event).toBe('ack');
  });

  it('that takes too long is a timeout, and nobody is known afterwards', async () => {
    const answer = deferred<ReturnType<typeof userOf>>();
    const { peer, socket } = await connectBoth(
      await start({ options: asked(() => answer.promise, { required: false, timeoutMs: 20 }) }),
    );
    expect(codeOf(await peer.request('authenticate', { token: 'x' }))).toBe('timeout');
    answer.resolve(userOf('alice'));
    await peer.barrier();
    expect(socket.userId).toBeNull();
  });

  it('is reserved where authentication is off', async () => {
    const { peer } = await connectBoth(await start());
    expect(codeOf(await peer.request('authenticate', { token: 'x' }))).toBe('reserved_event');
  });
});

describe('a connection that waits for its token', () => {
  it('is asked for it and told nothing else', async () => {
    const { app, url } = await start({ providers: [UserGateway, NewsSender], options: jwt() });
    const peer = await WsPeer.connect(url);
    for (const event of ['whoami', 'subscribe', 'cancel', 'nonsense']) {
      expect((await peer.request(event)).data).toMatchObject({ code: 'unauthenticated', event });
    }
    const { server } = app.get(UserGateway);
    expect(server.clients.size).toBe(0);
    expect(app.get(ConnectionRegistry).size).toBe(0);
    app.get(BroadcastService).toAll().emit('news');
    expect(await peer.barrier()).toEqual([]);
    expect(happened).toEqual([]);
  });

  it('runs its connect handlers once the user is known, and then is as any other', async () => {
    const { app, url } = await start({ providers: [UserGateway], options: jwt() });
    const peer = await WsPeer.connect(url);
    expect(codeOf(await peer.request('authenticate', { token: 'bad' }))).toBe('invalid_token');
    expect((await peer.request('authenticate', { token: tokenOf('alice') })).event).toBe('ack');
    expect((await peer.next('welcome')).data).toEqual({ userId: 'alice' });
    expect((await peer.request('whoami')).data).toMatchObject({ user: { id: 'alice' } });
    app.get(BroadcastService).toAll().emit('news');
    expect((await peer.next('news')).event).toBe('news');
    await peer.close();
    await expect.poll(() => happened).toContain('disconnect alice');
    expect(happened).toEqual(['connect alice', 'whoami 0', 'disconnect alice']);
  });

  it.each([1, 8])(
    'has what it sent after the token handled in order (concurrency %i)',
    async (concurrency) => {
      connecting = deferred();
      const answer = deferred<ReturnType<typeof userOf>>();
      const { app, url } = await start({
        providers: [UserGateway],
        options: { ...asked(() => answer.promise), concurrency },
      });
      const peer = await WsPeer.connect(url);
      peer.send('authenticate', { token: 'x' }, { id: 'auth' });
      for (let n = 1; n <= 20; n++) peer.send('whoami', { n }, { id: n });
      expect(await peer.barrier()).toEqual([]);
      answer.resolve(userOf('alice'));
      await expect.poll(() => happened).toEqual(['connect alice']);
      expect(app.get(ConnectionRegistry).size).toBe(0);
      connecting.resolve();
      for (let n = 1; n <= 20; n++) {
        const { id, data } = await peer
          .next('ack')
          .then((message) => (message.id === 'auth' ? peer.next('ack') : message));
        expect([id, data]).toEqual([n, { user: { id: 'alice' }, n }]);
      }
    },
  );

  it('has all of what it sent before the token refused, and none of it lost', async () => {
    const { url } = await start({ providers: [UserGateway], options: jwt() });
    const peer = await WsPeer.connect(url);
    for (let n = 1; n <= 20; n++) peer.send('whoami', { n }, { id: n });
    peer.send('authenticate', { token: tokenOf('alice') }, { id: 'auth' });
    for (let n = 1; n <= 20; n++) {
      expect(await peer.next('error')).toMatchObject({ id: n, data: { code: 'unauthenticated' } });
    }
    expect((await peer.next('ack')).id).toBe('auth');
    expect(happened).toEqual(['connect alice']);
  });

  it('whose connect handler refuses gets nothing handled', async () => {
    connecting = deferred();
    const { url } = await start({ providers: [UserGateway], options: jwt() });
    const peer = await WsPeer.connect(url);
    peer.send('authenticate', { token: tokenOf('alice') });
    peer.send('whoami');
    await expect.poll(() => happened).toEqual(['connect alice']);
    connecting.reject(new BounceWsError('forbidden'));
    expect((await peer.next()).data).toMatchObject({ code: 'forbidden', event: 'connect' });
    expect((await peer.closed).code).toBe(4403);
    await expect.poll(() => happened).toEqual(['connect alice', 'disconnect alice']);
  });

  it('is closed with 4408 when none comes in time', async () => {
    const { app, url } = await start({
      providers: [UserGateway],
      options: jwt({ timeoutMs: 1_000 }),
    });
    const peer = await WsPeer.connect(url);
    const late = await WsPeer.connect(url);
    expect(codeOf(await late.request('authenticate', { token: 'bad' }))).toBe('invalid_token');
    expect(await peer.closed).toEqual({ code: 4408, reason: 'authentication timeout' });
    expect(await late.closed).toEqual({ code: 4408, reason: 'authentication timeout' });
    const known = await WsPeer.connect(`${url}?token=${tokenOf('alice')}`);
    await known.next('welcome');
    expect(app.get(ConnectionRegistry).size).toBe(1);
    expect(happened).toEqual(['connect alice']);
  });

  it('counts as a connection, until it is gone', async () => {
    const { url } = await start({ options: { ...jwt(), maxConnections: 1 } });
    const peer = await WsPeer.connect(url);
    await expect(WsPeer.connect(url)).rejects.toMatchObject({ status: 503 });
    await peer.close();
    const outcome = () =>
      WsPeer.connect(url).then(
        () => 'in',
        () => 'refused',
      );
    await expect.poll(outcome).toBe('in');
  });

  it('is told 1012 when the server stops', async () => {
    const { app, url } = await start({ options: jwt() });
    const peer = await WsPeer.connect(url);
    await app.close();
    expect((await peer.closed).code).toBe(1012);
  });

  it('may leave while its token is looked at', async () => {
    const answer = deferred<ReturnType<typeof userOf>>();
    const { app, url } = await start({
      providers: [UserGateway],
      options: asked(() => answer.promise),
    });
    const peer = await WsPeer.connect(url);
    peer.send('authenticate', { token: 'x' });
    await peer.barrier();
    await peer.close();
    answer.resolve(userOf('alice'));
    await new Promise(setImmediate);
    expect([...app.get(ConnectionRegistry).userIds]).toEqual([]);
    expect(happened).toEqual([]);
  });
});
