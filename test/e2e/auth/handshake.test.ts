import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { ForbiddenException, UnauthorizedException } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, ConnectionRegistry, type Handshake } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { asked, jwt, userOf } from '../../support/auth-app.js';
import { RawPeer } from '../../support/raw-peer.js';
import { epoch, forge, tokenOf } from '../../support/tokens.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, useApps } from '../../support/use-apps.js';
import { type PeerOptions, UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

const TOKEN = tokenOf('alice');

/** The answer to an upgrade that must be refused. */
async function refused(url: string, options?: PeerOptions): Promise<UpgradeRefused> {
  const answer: unknown = await WsPeer.connect(url, options).catch((error: unknown) => error);
  if (answer instanceof UpgradeRefused) return answer;
  throw new Error(`The upgrade was not refused: ${String(answer)}`);
}

const bearer = (token: string): PeerOptions => ({ headers: { Authorization: `Bearer ${token}` } });

describe('a token in the handshake', () => {
  it.each<[string, string, PeerOptions]>([
    ['the query', `?token=${TOKEN}`, {}],
    ['the query, beside others', `?a=1&token=${TOKEN}&b=2`, {}],
    ['the query, with its name escaped', `?%74oken=${TOKEN}`, {}],
    ['Authorization', '', bearer(TOKEN)],
    ['authorization in other letters', '', { headers: { authorization: `bearer   ${TOKEN}` } }],
    ['a subprotocol', '', { protocols: ['bounce.v1.json', `bounce.token.${TOKEN}`] }],
    ['all of these', `?token=${TOKEN}&token=${TOKEN}`, bearer(TOKEN)],
  ])('is taken from %s', async (_place, query, options) => {
    const started = await start({ options: jwt() });
    const { peer, socket } = await connectBoth({ ...started, url: started.url + query }, options);
    expect(socket.userId).toBe('alice');
    expect(socket.user).toEqual({ id: 'alice' });
    expect(peer.subprotocol).toBe(options.protocols === undefined ? '' : 'bounce.v1.json');
  });

  it('is in nothing that the app gets to see of the request', async () => {
    const seen: unknown[] = [];
    @WebSocketGateway()
    class Gateway {
      handleConnection({ handshake }: BounceSocket, request: IncomingMessage) {
        const { url, headers, rawHeaders, headersDistinct } = request;
        seen.push(handshake, [...handshake.query], url, headers, rawHeaders, headersDistinct);
      }
    }
    const { url } = await start({
      providers: [Gateway],
      options: {
        ...jwt(),
        hooks: {
          onConnect: (upgrade) => seen.push(upgrade.handshake, [...upgrade.offeredSubprotocols]),
        },
      },
    });
    const peer = await WsPeer.connect(`${url}/?room=a%20b+c&token=${TOKEN}&x=%E0`, {
      ...bearer(TOKEN),
      protocols: [`bounce.token.${TOKEN}`, 'bounce.v1.json'],
    });
    await peer.barrier();
    expect(seen).toHaveLength(8);
    expect(JSON.stringify(seen)).not.toContain(TOKEN);
    expect((seen[0] as Handshake).url).toBe('/?room=a%20b+c&x=%E0');
    expect(seen[1]).toEqual(['bounce.v1.json']);
  });

  it('tells the hook onConnect who it is', async () => {
    const users: unknown[] = [];
    const { url } = await start({
      options: {
        ...jwt({ required: false }),
        hooks: { onConnect: (upgrade) => users.push([upgrade.userId, upgrade.user]) },
      },
    });
    await WsPeer.connect(`${url}?token=${TOKEN}`);
    await WsPeer.connect(url);
    expect(users).toEqual([
      ['alice', { id: 'alice' }],
      [null, null],
    ]);
  });

  it('leaves other credentials alone', async () => {
    const started = await start({ options: jwt({ required: false }) });
    const { socket } = await connectBoth(started, { headers: { Authorization: 'Basic YTpi' } });
    expect(socket.handshake.headers.authorization).toBe('Basic YTpi');
    expect(socket.userId).toBeNull();
  });

  it('is nothing to a server without authentication', async () => {
    const started = await start();
    const { socket } = await connectBoth(
      { ...started, url: `${started.url}/?token=x` },
      bearer('y'),
    );
    expect(socket.handshake.query.get('token')).toBe('x');
    expect(socket.handshake.headers.authorization).toBe('Bearer y');
  });
});

describe('a bad token in the handshake', () => {
  it.each([true, false])(
    'is refused with 401 before the upgrade (required: %s)',
    async (required) => {
      const { app, url } = await start({ options: jwt({ required }) });
      for (const [token, code] of [
        [tokenOf('alice', { exp: epoch(-6) }), 'expired_token'],
        [tokenOf('nobody'), 'user_not_found'],
        [
          forge({ alg: 'none' }, { sub: 'alice', exp: epoch(60) }, () => Buffer.alloc(0)),
          'invalid_token',
        ],
        ['nonsense', 'invalid_token'],
      ] as const) {
        const { status, body, headers } = await refused(`${url}?token=${token}`);
        expect([status, body]).toEqual([401, code]);
        expect(headers['www-authenticate']).toBe('Bearer');
      }
      expect(app.get(ConnectionRegistry).size).toBe(0);
    },
  );

  it.each([
    '?token=%00',
    '?token=%E0%A4%A',
    '?token=%',
    '?token=',
    '?token',
    '?token=a b'.replace(' ', '%20'),
    `?token=${'x'.repeat(4_097)}`,
    `?token=${TOKEN}&token=${tokenOf('bob')}`,
    `?token=${TOKEN}&token=`,
  ])('is 401, whatever it is made of: %.40s', async (query) => {
    const { url } = await start({ options: jwt() });
    expect((await refused(url + query)).status).toBe(401);
  });

  it('of 20 000 characters is more than HTTP takes: 431', async () => {
    const { url } = await start({ options: jwt() });
    expect((await refused(`${url}?token=${'x'.repeat(20_000)}`)).status).toBe(431);
  });

  it('that differs from another one in the same request is 401, even if one of them is good', async () => {
    const { url } = await start({ options: jwt() });
    expect((await refused(`${url}?token=${TOKEN}`, bearer(tokenOf('bob')))).status).toBe(401);
    const protocols = ['bounce.v1.json', `bounce.token.${tokenOf('bob')}`];
    expect((await refused(`${url}?token=${TOKEN}`, { protocols })).status).toBe(401);
    expect((await refused(url, bearer(''))).status).toBe(401);
  });

  it('never is the subprotocol that the server chooses', async () => {
    const { port } = await start({ options: jwt() });
    const raw = await RawPeer.dial(port);
    raw.sendUpgrade('/', `Sec-WebSocket-Protocol: bounce.token.${TOKEN}\r\n`);
    const answer = String((await once(raw.socket, 'data'))[0]);
    raw.socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).not.toContain('bounce.token');
  });

  it('does not hide what comes before: a foreign origin is 403', async () => {
    const { url } = await start({ options: jwt() });
    expect((await refused(`${url}?token=x`, { origin: 'https://evil.example' })).status).toBe(403);
  });
});

describe("an app's own authenticator", () => {
  it('gets the token and the handshake without it', async () => {
    const calls: unknown[] = [];
    const { url } = await start({
      options: asked((token, handshake) => {
        calls.push([token, handshake.url, handshake.ip]);
        return userOf('alice');
      }),
    });
    await WsPeer.connect(`${url}/?token=opaque-1&a=b`);
    expect(calls).toEqual([['opaque-1', '/?a=b', '127.0.0.1']]);
  });

  it('may be a class that Nest creates', async () => {
    class ClassAuthenticator {
      authenticate = (token: string) => userOf(token);
    }
    const started = await start({ options: { auth: { authenticator: ClassAuthenticator } } });
    const { socket } = await connectBoth({ ...started, url: `${started.url}?token=alice` });
    expect(socket.userId).toBe('alice');
  });

  it.each<[string, number, string, () => unknown]>([
    ['null', 401, 'invalid_token', () => null],
    ['undefined', 401, 'invalid_token', () => undefined],
    [
      'a user whose time is over',
      401,
      'expired_token',
      () => userOf('alice', { expiresAtMs: Date.now() }),
    ],
    ['a user until NaN', 401, 'expired_token', () => userOf('alice', { expiresAtMs: Number.NaN })],
    [
      'UnauthorizedException',
      401,
      'invalid_token',
      () => Promise.reject(new UnauthorizedException()),
    ],
    ['ForbiddenException', 403, 'forbidden', () => Promise.reject(new ForbiddenException())],
    [
      'user_not_found',
      401,
      'user_not_found',
      () => Promise.reject(new BounceWsError('user_not_found')),
    ],
    ['rate_limited', 429, 'rate_limited', () => Promise.reject(new BounceWsError('rate_limited'))],
    ['unavailable', 503, 'unavailable', () => Promise.reject(new BounceWsError('unavailable'))],
  ])('that answers %s refuses with %i %s', async (_what, status, code, answer) => {
    const { log, url } = await start({ options: asked(() => answer() as null) });
    expect(await refused(`${url}?token=x`)).toMatchObject({ status, body: code });
    expect(log.errors).toEqual([]);
  });

  it.each<[string, (token: string) => unknown]>([
    [
      'throws',
      (token) => {
        throw new Error(`cannot read ${token}`);
      },
    ],
    ['rejects', (token) => Promise.reject(new Error(`cannot read ${token}`))],
    [
      'throws text',
      (token) => {
        throw JSON.parse(JSON.stringify(`cannot read ${token}`));
      },
    ],
    ['names no user', () => ({ userId: '', user: null })],
    ['answers with something else', () => 7],
    ['says what makes no sense here', () => Promise.reject(new BounceWsError('too_deep'))],
  ])('that %s is 503 and a log entry without the token', async (_what, authenticate) => {
    const { log, url } = await start({ options: asked(authenticate as () => null) });
    const { status, body, headers } = await refused(`${url}?token=the-token`);
    expect([status, body, headers['retry-after']]).toEqual([503, 'unavailable', '1']);
    expect(log.errors).toHaveLength(1);
    expect(log.errors[0]).toMatch(/^The authenticator failed/);
    expect(log.errors[0]).not.toContain('the-token');
  });

  it('that does not answer in time is 503', async () => {
    const { url } = await start({
      options: asked(() => new Promise(() => undefined), { timeoutMs: 30 }),
    });
    expect(await refused(`${url}?token=x`)).toMatchObject({ status: 503, body: 'timeout' });
  });

  it('that a client does not wait for harms nobody', async () => {
    let answer: ((user: null) => void) | undefined;
    const { app, port } = await start({
      options: asked(
        () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      ),
    });
    const raw = await RawPeer.dial(port);
    raw.sendUpgrade('/?token=x');
    await expect.poll(() => answer).toBeDefined();
    raw.socket.destroy();
    await raw.closed;
    answer?.(null);
    await expect.poll(() => app.get(ConnectionRegistry).size).toBe(0);
  });
});
