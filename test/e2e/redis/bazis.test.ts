import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError, ENGINE, type Engine } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jwt } from '../../support/auth-app.js';
import { FramePeer } from '../../support/frame-peer.js';
import { RedisServer } from '../../support/redis-server.js';
import { sendToRedis } from '../../support/resp.js';
import type { StartedApp } from '../../support/start-app.js';
import { tokenOf } from '../../support/tokens.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const TTL_MS = 10_000;
const POLL_MS = 50;
const PATIENCE = { timeout: 8_000 };

const start = useApps();
let redis: RedisServer;
expectNoUnhandledErrors();
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const startNode = (): Promise<StartedApp> =>
  start({
    options: {
      engine: redisEngine({ url: redis.url, prefix: 'app', compat: 'bazis' }),
      auth: jwt({ required: false }).auth,
      endpoints: [{ path: '/bazis', codec: 'bazis' }, { path: '/ws' }],
    },
  });

const publish = (channel: string, payload: string | Buffer): Promise<string> =>
  sendToRedis(redis.port, 'PUBLISH', channel, payload);

/** Resolves when so many nodes listen: it is done after the handshake, not before. */
async function listening(channel: string, nodes: number): Promise<void> {
  await expect
    .poll(() => sendToRedis(redis.port, 'PUBSUB', 'NUMSUB', channel), PATIENCE)
    .toMatch(new RegExp(`:${nodes}$`));
}

/** How long the user stays online for bazis-ws, in milliseconds; `-2` for who is offline. */
async function sessionMs(userId: string): Promise<number> {
  return Number((await sendToRedis(redis.port, 'PTTL', `user_ws:${userId}:session`)).slice(1));
}

const opened = ({ url }: StartedApp, name: string): Promise<FramePeer> =>
  FramePeer.connect(`${url}/bazis?token=${tokenOf(name)}`);

test('what Django publishes for everybody and for a user reaches clients of both formats, on all nodes', async () => {
  const [one, two] = [await startNode(), await startNode()];
  const alice = await opened(one, 'alice');
  const other = await WsPeer.connect(`${two.url}/ws?token=${tokenOf('alice')}`);
  const guest = await WsPeer.connect(`${two.url}/ws`);
  await listening('user_ws:alice', 2);
  await publish('user_ws:alice', '{"type":"notification","text":"tää"}');
  await publish('user_ws:common', '["for all"]');
  expect(await alice.next()).toEqual({
    type: 'data',
    data: { type: 'notification', text: 'tää' },
  });
  expect(await alice.next()).toEqual({ type: 'data', data: ['for all'] });
  expect(await other.next()).toMatchObject({
    event: 'data',
    data: { type: 'notification', text: 'tää' },
  });
  expect(await other.next()).toMatchObject({ event: 'data', data: ['for all'] });
  expect(await guest.barrier()).toMatchObject([{ event: 'data', data: ['for all'] }]);
});

test('a user id is a name and never a pattern, and no name of another channel', async () => {
  const node = await startNode();
  const star = await opened(node, '*');
  const common = await opened(node, 'common');
  const alice = await opened(node, 'alice');
  await listening('user_ws:*', 1);
  await listening('user_ws:alice', 1);
  common.socket.close();
  await common.closed;
  expect(await publish('user_ws:alice', '1')).toBe(':1');
  expect(await publish('user_ws:*', '2')).toBe(':1');
  expect(await publish('user_ws:common', '3')).toBe(':1');
  expect([await alice.next(), await alice.next()]).toMatchObject([{ data: 1 }, { data: 3 }]);
  expect([await star.next(), await star.next()]).toMatchObject([{ data: 2 }, { data: 3 }]);
});

test('a bad payload is dropped and counted, and the next one arrives', async () => {
  const node = await startNode();
  const alice = await opened(node, 'alice');
  await listening('user_ws:alice', 1);
  await publish('user_ws:alice', 'no json');
  await publish('user_ws:alice', '');
  await publish('user_ws:common', Buffer.from([0xff, 0x00, 0xc3]));
  await publish('user_ws:common', `"${'x'.repeat(2_097_152)}"`);
  await publish('user_ws:alice', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  await publish('user_ws:alice', '{"__proto__":{"n":1},"type":"error"}');
  await publish('user_ws:alice', 'null');
  expect(JSON.stringify(await alice.next())).toBe(
    '{"type":"data","data":{"__proto__":{"n":1},"type":"error"}}',
  );
  expect(await alice.next()).toEqual({ type: 'data', data: null });
  expect(node.app.get<Engine>(ENGINE).health.counters).toMatchObject({
    'rejected-not-json': 3,
    'rejected-too-large': 1,
    'rejected-malformed': 1,
    received: 2,
  });
  expect(node.log.errors).toEqual([]);
});

test('a user is online for bazis-ws while connected, and for ten seconds after the last connection', async () => {
  const [one, two] = [await startNode(), await startNode()];
  const [carol, other] = [await opened(one, 'carol'), await opened(two, 'carol')];
  await expect.poll(() => sessionMs('carol'), PATIENCE).toBeGreaterThan(0);
  expect(await sessionMs('bob')).toBe(-2);
  expect(await sendToRedis(redis.port, 'GET', 'user_ws:carol:session')).toBe('$1\r\n1');
  carol.socket.close();
  await carol.closed;
  await expectRenewal('carol');
  other.socket.close();
  await other.closed;
  const closedAt = performance.now();
  while ((await sessionMs('carol')) !== -2) await delay(POLL_MS);
  expect(performance.now() - closedAt).toBeLessThan(TTL_MS + 1_000);
  await listening('user_ws:carol', 0);
}, 30_000);

/** Resolves when the time that is left has grown. */
async function expectRenewal(userId: string): Promise<void> {
  for (let before = Infinity; ; await delay(POLL_MS)) {
    const left = await sessionMs(userId);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(TTL_MS);
    if (left > before) return;
    before = left;
  }
}

test('a Redis that forgot everything, or was away, knows within a renewal who is online', async () => {
  const node = await startNode();
  await opened(node, 'alice');
  await expect.poll(() => sessionMs('alice'), PATIENCE).toBeGreaterThan(0);
  await redis.kill();
  await redis.restart();
  await expect.poll(() => sessionMs('alice'), PATIENCE).toBeGreaterThan(0);
  await listening('user_ws:alice', 1);
});

test('without the option nothing of bazis-ws is touched', async () => {
  const { url } = await start({
    options: { engine: redisEngine({ url: redis.url, prefix: 'app' }), ...jwt() },
  });
  const bob = await WsPeer.connect(`${url}/?token=${tokenOf('bob')}`);
  await bob.barrier();
  await listening('app:user:bob', 1);
  expect(await publish('user_ws:bob', '1')).toBe(':0');
  expect(await sessionMs('bob')).toBe(-2);
});

test('the prefix of bazis-ws is refused, and so is an unknown compat', () => {
  for (const prefix of ['user_ws', 'user_ws:app']) {
    expect(() => redisEngine({ prefix, compat: 'bazis' })).toThrow(ConfigurationError);
  }
  expect(() => redisEngine({ compat: 'other' as 'bazis' })).toThrow(ConfigurationError);
});
