import { ConnectionRegistry, type Revocation, BroadcastService } from 'bounce-ws';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { asked, jwt, userOf } from '../../support/auth-app.js';
import type { StartedApp } from '../../support/start-app.js';
import { TimerAccount } from '../../support/timers.js';
import { epoch, tokenOf } from '../../support/tokens.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

/** Tokens that are a user's name and how long they are good, in milliseconds: `alice.200`. */
const timed = (token: string) => {
  const [userId = '', ms = ''] = token.split('.');
  return userOf(userId, ms === '' ? {} : { expiresAtMs: Date.now() + Number(ms), tokenId: token });
};

const connect = ({ url }: StartedApp, token: string) => WsPeer.connect(`${url}?token=${token}`);

describe('a token that expires while its connection is open', () => {
  it('ends the connection with expired_token and 4401, and nothing is delivered after', async () => {
    const started = await start({ options: asked(timed) });
    const connections = started.app.get(ConnectionRegistry);
    const askedAt = Date.now();
    const alice = await connect(started, 'alice.100');
    expect((await alice.next()).data).toEqual({
      code: 'expired_token',
      message: 'The token has expired',
    });
    expect(Date.now() - askedAt).toBeGreaterThanOrEqual(95);
    started.app.get(BroadcastService).toAll().emit('late');
    expect(await alice.closed).toEqual({ code: 4401, reason: 'expired_token' });
    await expect(alice.next()).rejects.toThrow('Not taken so far: []');
    await expect.poll(() => connections.ofUser('alice').size).toBe(0);
  });

  it('is a JWT until its exp and the five seconds that clocks may differ', async () => {
    const started = await start({ options: jwt() });
    const exp = epoch(-2);
    const alice = await connect(started, tokenOf('alice', { exp }));
    expect((await alice.closed).code).toBe(4401);
    const lateMs = Date.now() - exp * 1_000;
    expect(lateMs).toBeGreaterThanOrEqual(4_950);
    expect(lateMs).toBeLessThan(6_000);
  });

  it('lasts as long as the one it is renewed with, also for ever, or as its own when that is refused', async () => {
    const started = await start({
      options: asked((token) => (token === 'bad' ? null : timed(token))),
    });
    const alice = await connect(started, 'alice.1800');
    const bob = await connect(started, 'bob.1800');
    const cai = await connect(started, 'cai.1800');
    const renewedAt = Date.now();
    const answers = await Promise.all([
      alice.request('authenticate', { token: 'alice.2000' }),
      bob.request('authenticate', { token: 'bob' }),
      cai.request('authenticate', { token: 'bad' }),
    ]);
    expect(answers.map(({ event }) => event)).toEqual(['ack', 'ack', 'error']);
    expect(await cai.barrier()).toEqual([]);
    expect((await cai.closed).code).toBe(4401);
    expect((await alice.closed).code).toBe(4401);
    expect(Date.now() - renewedAt).toBeGreaterThanOrEqual(1_950);
    expect(await bob.barrier()).toEqual([]);
  });

  it('is asked to be renewed some time before', async () => {
    const started = await start({ options: asked(timed, { renewBeforeMs: 60_000 }) });
    const alice = await connect(started, 'alice.61000');
    const bob = await connect(started, 'bob.150');
    const { data, id } = await alice.next('authenticate');
    expect(id).toBeUndefined();
    const { expiresInMs } = data as { expiresInMs: number };
    expect(expiresInMs).toBeGreaterThan(0);
    expect(expiresInMs).toBeLessThanOrEqual(60_000);
    expect((await alice.request('authenticate', { token: 'alice.99999' })).event).toBe('ack');
    expect((await bob.next()).event).toBe('error');
    expect(await alice.barrier()).toEqual([]);
  });

  it('may be good for years: it is neither ended at once nor does it need a timer of its own', async () => {
    const account = new TimerAccount().open();
    try {
      const started = await start({ options: { ...jwt(), heartbeatIntervalMs: 2 ** 31 - 1 } });
      const none = (await account.alive()).length;
      const peers: WsPeer[] = [];
      for (let n = 0; n < 10; n++) {
        const exp = epoch((n + 1) * 365 * 86_400);
        peers.push(await connect(started, tokenOf('alice', { exp })));
      }
      for (const peer of peers) expect(await peer.barrier()).toEqual([]);
      const timers = await account.alive();
      expect(timers.filter((stack) => stack.includes('deadline.queue'))).toHaveLength(1);
      expect(timers.length - none).toBeLessThan(peers.length);
      await started.app.close();
      expect(await account.alive()).toEqual([]);
    } finally {
      account.close();
    }
  });
});

describe('a user who is not to be believed any more', () => {
  it('is signed out everywhere by the app', async () => {
    const started = await start({ options: asked(timed) });
    const tabs = [await connect(started, 'alice'), await connect(started, 'alice.99999')];
    const bob = await connect(started, 'bob');
    started.app.get(BroadcastService).toUser('alice').disconnect(4401, 'signed out');
    for (const tab of tabs) expect(await tab.closed).toEqual({ code: 4401, reason: 'signed out' });
    expect(await bob.barrier()).toEqual([]);
  });

  it('is signed out by the authenticator, with all connections or those of one token', async () => {
    const revoked$ = new Subject<Revocation>();
    const started = await start({ options: asked(timed, { revoked$ }) });
    const phone = await connect(started, 'alice.88888');
    const tab = await connect(started, 'alice.99999');
    const bob = await connect(started, 'bob.99999');
    revoked$.next({ userId: 'alice', tokenId: 'alice.88888' });
    expect((await phone.next('error')).data).toMatchObject({ code: 'invalid_token' });
    expect(await phone.closed).toEqual({ code: 4401, reason: 'invalid_token' });
    expect(await tab.barrier()).toEqual([]);
    revoked$.next({ userId: 'alice' });
    expect((await tab.closed).code).toBe(4401);
    revoked$.next({ userId: 'nobody' });
    expect(await bob.barrier()).toEqual([]);
    await started.app.close();
    expect(revoked$.observed).toBe(false);
  });

  it('is told by what counts: the token a connection was renewed with', async () => {
    const revoked$ = new Subject<Revocation>();
    const started = await start({ options: asked(timed, { revoked$ }) });
    const alice = await connect(started, 'alice.88888');
    await alice.request('authenticate', { token: 'alice.99999' });
    revoked$.next({ userId: 'alice', tokenId: 'alice.88888' });
    expect(await alice.barrier()).toEqual([]);
    revoked$.next({ userId: 'alice', tokenId: 'alice.99999' });
    expect((await alice.closed).code).toBe(4401);
  });

  it('is not known any more when the announcements fail, and the log says so', async () => {
    const revoked$ = new Subject<Revocation>();
    const started = await start({ options: asked(timed, { revoked$ }) });
    const alice = await connect(started, 'alice');
    revoked$.error(new Error('no database'));
    expect(started.log.errors.join()).toContain('The revocations of the authenticator ended');
    expect(await alice.barrier()).toEqual([]);
  });
});

describe('connectionsPerUser', () => {
  const many = async (started: StartedApp, count: number) => {
    const peers: WsPeer[] = [];
    for (let n = 0; n < count; n++) peers.push(await connect(started, 'alice'));
    return peers;
  };

  it('is 20: one more is refused with 503 before the upgrade, and the others do not notice', async () => {
    const started = await start({ options: asked(timed) });
    const peers = await many(started, 20);
    await expect(connect(started, 'alice')).rejects.toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
    });
    for (const peer of peers) expect(await peer.barrier()).toEqual([]);
    const bob = await connect(started, 'bob');
    expect(await bob.barrier()).toEqual([]);
    await peers[0]!.close();
    await expect
      .poll(() =>
        connect(started, 'alice').then(
          () => 'in',
          () => 'refused',
        ),
      )
      .toBe('in');
  });

  it('holds for all that come at the same moment', async () => {
    const started = await start({ options: { ...asked(timed), connectionsPerUser: 3 } });
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () => connect(started, 'alice')),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('is limit_exceeded for one that says later whose it is, which stays what it was', async () => {
    const started = await start({
      options: { ...asked(timed, { required: false }), connectionsPerUser: 1 },
    });
    await connect(started, 'alice');
    const guest = await WsPeer.connect(started.url);
    expect((await guest.request('authenticate', { token: 'alice' })).data).toMatchObject({
      code: 'limit_exceeded',
      details: { limit: 'connectionsPerUser', max: 1 },
    });
    expect((await guest.request('authenticate', { token: 'bob' })).event).toBe('ack');
  });

  it('replaces the oldest where that is the policy, with 4409', async () => {
    const started = await start({
      options: { ...asked(timed), connectionsPerUser: 2, connectionsPerUserPolicy: 'replace' },
    });
    const [first, second, third] = await many(started, 3);
    expect(await first!.closed).toEqual({ code: 4409, reason: 'replaced' });
    expect(await second!.barrier()).toEqual([]);
    expect((await third!.request('authenticate', { token: 'alice' })).event).toBe('ack');
    expect(await second!.barrier()).toEqual([]);
  });

  it('is no limit where the policy is to allow', async () => {
    const started = await start({
      options: { ...asked(timed), connectionsPerUser: 1, connectionsPerUserPolicy: 'allow' },
    });
    for (const peer of await many(started, 3)) expect(await peer.barrier()).toEqual([]);
  });
});
