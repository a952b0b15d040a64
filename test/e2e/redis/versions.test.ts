import { type Engine, ENGINE } from 'bounce-ws';
import { redisEngine, RedisPublisher } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jwt } from '../../support/auth-app.js';
import { CommandDocs } from '../../support/command-docs.js';
import { RedisMonitor } from '../../support/redis-monitor.js';
import { RedisServer } from '../../support/redis-server.js';
import { tokenOf } from '../../support/tokens.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';
import { describeEngine } from '../engine/support/engine.contract.js';
import { describeHistoryStore } from '../history/support/history-store.contract.js';
import { useRedisHistory } from '../history/support/redis-history-stores.js';
import { describePresenceStore } from '../presence/support/presence-store.contract.js';
import { useRedisViews } from '../presence/support/redis-stores.js';

const OLDEST = '6.2';
/** What node-redis tells of itself on each connection; that an older server refuses it is of no consequence. */
const WITHOUT_CONSEQUENCE = /^CLIENT (SETINFO|MAINT_NOTIFICATIONS)$/i;

/** A Redis that has lost every command that is newer than the oldest version, and is listened in on. */
let redis: RedisServer;
let docs: CommandDocs;
let monitor: RedisMonitor;
beforeAll(async () => {
  const whole = await RedisServer.start();
  docs = await CommandDocs.read(whole.url, OLDEST);
  await whole.stop();
  const renamed = docs.newerCommands.map((name) => [`rename-command ${name}`, '']);
  redis = await RedisServer.start({ settings: Object.fromEntries(renamed) });
  monitor = await RedisMonitor.start(redis.port);
});
afterAll(async () => {
  monitor.stop();
  await redis.stop();
});
expectNoUnhandledErrors();

const NAME = `a Redis with no command newer than ${OLDEST}`;
const openView = useRedisViews();
const openHistory = useRedisHistory();
const start = useApps();

describeEngine(`on ${NAME}`, () => redisEngine({ url: redis.url }));

describePresenceStore(`on ${NAME}`, async () => {
  const { connection } = await openView(redis.url);
  await connection.command('x', 'FLUSHALL');
  return { open: async () => (await openView(redis.url)).store };
});

describeHistoryStore(`on ${NAME}`, async () => {
  const { connection } = await openHistory(redis.url);
  await connection.command('x', 'FLUSHALL');
  return { open: async () => (await openHistory(redis.url)).store };
});

describe(`an app on ${NAME}`, () => {
  test('beside bazis-ws shows its users online, and is reached by a publisher', async () => {
    const engine = redisEngine({ url: redis.url, compat: 'bazis' });
    const node = await start({ options: { engine, auth: jwt().auth } });
    const alice = await WsPeer.connect(`${node.url}/?token=${tokenOf('alice')}`);
    const publisher = new RedisPublisher({ url: redis.url });
    await publisher.toUser('alice').emit('news', 1);
    expect(await alice.next()).toMatchObject({ event: 'news', data: 1 });
    await publisher.close();
    expect(node.app.get<Engine>(ENGINE).health.isReady).toBe(true);
  });
});

test(`nothing that was sent is newer than Redis ${OLDEST}, or asks for the server's name or version`, () => {
  const names = new Set(monitor.commands.map(([name]) => name!.toUpperCase()));
  expect(names.size).toBeGreaterThan(20);
  expect([...names]).toEqual(expect.arrayContaining(['EVALSHA', 'PUBLISH', 'ZMSCORE', 'SET']));
  expect([...names]).not.toContain('INFO');
  const newer = new Set(monitor.commands.flatMap((command) => docs.newerIn(command)));
  expect([...newer].filter((command) => !WITHOUT_CONSEQUENCE.test(command))).toEqual([]);
});
