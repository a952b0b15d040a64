import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysLeft } from '../support/leftovers.js';
import { RedisServer } from '../support/redis-server.js';
import { runCommand } from '../support/run-command.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { tokenOf } from '../support/tokens.js';
import { WsPeer } from '../support/ws-peer.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CONFIG = 'test/conformance/rolldown.config.js';
const SCRIPT = resolve(ROOT, 'test/conformance/dist/test/conformance/reference-server.js');

describe('the reference server as three processes on one Redis', () => {
  let redis: RedisServer;
  let servers: ServerProcess[] = [];
  let alice: WsPeer;
  let bob: WsPeer;
  let carol: WsPeer;

  beforeAll(async () => {
    await runCommand('npx', ['--no-install', 'rolldown', '-c', CONFIG], ROOT);
    redis = await RedisServer.start();
    const env = { PORT: '0', REDIS_URL: redis.url };
    servers = await Promise.all([1, 2, 3].map(() => startServerProcess(SCRIPT, { env })));
    [alice, bob, carol] = (await Promise.all(
      ['alice', 'bob', 'carol'].map((name, node) =>
        WsPeer.connect(`ws://127.0.0.1:${servers[node]!.port}/ws?token=${tokenOf(name)}`),
      ),
    )) as [WsPeer, WsPeer, WsPeer];
    await Promise.all(everybody().map((peer) => peer.request('join', { room: 'tea' })));
  });

  afterAll(async () => {
    for (const peer of everybody()) peer.socket.terminate();
    await Promise.all(servers.map((server) => server.stop()));
    expect(await keysLeft(redis)).toEqual([]);
    await redis.stop();
  });

  const everybody = (): WsPeer[] => [alice, bob, carol];

  test('brings what is announced to a room to all of its members', async () => {
    await alice.request('announce', { text: 'hi', channel: 'tea' });
    for (const peer of everybody()) {
      expect(await peer.next('announce')).toMatchObject({ data: { text: 'hi', channel: 'tea' } });
    }
  });

  test('brings what is said to a room to all but the one who says it', async () => {
    await bob.request('say', { room: 'tea', text: 'hi' });
    for (const peer of [alice, carol]) {
      expect(await peer.next('say')).toMatchObject({ data: { room: 'tea', text: 'hi' } });
    }
    expect(await bob.barrier()).toEqual([]);
  });

  test('brings what is told to a user to that user only', async () => {
    await carol.request('tell', { user: 'alice', text: 'psst' });
    expect(await alice.next('told')).toMatchObject({ data: { text: 'psst' } });
    expect(await bob.barrier()).toEqual([]);
  });

  test('brings what is shouted to everybody', async () => {
    await alice.request('shout', { text: 'hey' });
    for (const peer of everybody()) {
      expect(await peer.next('shouted')).toMatchObject({ data: { text: 'hey' } });
    }
  });

  test('brings news to who subscribed, wherever they are published', async () => {
    await carol.request('subscribe', { events: ['news'] });
    await alice.request('publish_news', { text: 'extra' });
    expect(await carol.next('news')).toMatchObject({ data: { text: 'extra' } });
  });

  test('knows on each node who is online on the others', async () => {
    const users = ['alice', 'bob', 'carol', 'nobody'];
    const expected = { alice: true, bob: true, carol: true, nobody: false };
    for (const peer of everybody()) {
      expect((await peer.request('online', { users })).data).toEqual(expected);
    }
  });
});
