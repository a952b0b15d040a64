import { BroadcastService, ConnectionRegistry, PresenceService, RoomService } from 'bounce-ws';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserGateway } from '../conformance/reference/user.gateway.js';
import { jwt } from '../support/auth-app.js';
import { RedisServer } from '../support/redis-server.js';
import { sendToRedis } from '../support/resp.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { SECRET, tokenOf } from '../support/tokens.js';
import { UpgradeRefused, WsPeer } from '../support/ws-peer.js';
import { hostileModule, useHostileApp } from './support/hostile-app.js';
import { mayBeUser, NAUGHTY_NAMES } from './support/naughty-names.js';

const GRACE_MS = 50;
const USERS = NAUGHTY_NAMES.filter(mayBeUser);

const queryOf = (name: string): string => `?token=${tokenOf(name)}`;

describe('a naughty string as the name of a user', () => {
  const hostile = useHostileApp({
    module: hostileModule([UserGateway], {
      auth: { authenticator: new JwtAuthenticator({ algorithms: ['HS256'], secret: SECRET }) },
      presence: { graceMs: GRACE_MS },
    }),
    witnessQuery: queryOf('witness'),
  });

  it('is refused, or comes back as it is and is that user and nobody else', async () => {
    expect(USERS.length).toBeGreaterThan(480);
    const other = await hostile.connect({ query: queryOf('somebody else') });
    for (const name of NAUGHTY_NAMES) {
      if (!mayBeUser(name)) {
        const refused = hostile.connect({ query: queryOf(name) });
        const error = await refused.catch((reason: unknown) => reason);
        expect([name, (error as UpgradeRefused).status]).toEqual([name, 401]);
        continue;
      }
      const peer = await hostile.connect({ query: queryOf(name) });
      expect((await peer.request('whoami')).data).toMatchObject({ user: { id: name } });
      const { data } = await peer.request('online', { users: [name, `${name} not`] });
      expect(Object.entries(data as object)).toEqual([
        [name, true],
        [`${name} not`, false],
      ]);
      await peer.request('tell', { user: name, text: name });
      expect((await peer.next('told')).data).toMatchObject({ text: name });
      peer.socket.terminate();
    }
    expect(await other.barrier()).toEqual([]);
  });

  it('is one of many: all at once, each is told what is for it', async () => {
    const connections = hostile.app.get(ConnectionRegistry);
    const broadcast = hostile.app.get(BroadcastService);
    const peers = new Map<string, WsPeer>();
    for (const name of USERS) peers.set(name, await hostile.connect({ query: queryOf(name) }));
    for (const name of USERS) broadcast.toUser(name).emit('told', { text: name });
    for (const [name, peer] of peers) {
      expect(await peer.barrier()).toMatchObject([{ event: 'told', data: { text: name } }]);
    }
    expect(new Set(connections.userIds)).toEqual(new Set([...USERS, 'witness']));
    const online: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await hostile.app.get(PresenceService).list({ limit: 100, cursor });
      online.push(...page.users);
      ({ cursor } = page);
    } while (cursor !== null);
    expect(new Set(online)).toEqual(new Set([...USERS, 'witness']));
    expect(online).toHaveLength(USERS.length + 1);
  });
});

describe('a naughty string as the name of a user, on two nodes with a Redis between them', () => {
  let redis: RedisServer;
  let nodes: [StartedApp, StartedApp];
  const peers = new Map<string, WsPeer>();

  beforeAll(async () => {
    redis = await RedisServer.start();
    const node = (): Promise<StartedApp> =>
      startApp({
        providers: [UserGateway],
        options: {
          ...jwt(),
          engine: redisEngine({ url: redis.url }),
          presence: { graceMs: GRACE_MS },
        },
      });
    nodes = [await node(), await node()];
    for (const name of USERS.filter((user) => user !== 'nobody')) {
      peers.set(name, await WsPeer.connect(`${nodes[0].url}/${queryOf(name)}`));
    }
  });

  afterAll(async () => {
    for (const peer of peers.values()) peer.socket.terminate();
    await Promise.all(nodes.map(({ app }) => app.close()));
    await redis.stop();
  });

  it('is known on the other node, and told from there what is for it, once', async () => {
    const presence = nodes[1].app.get(PresenceService);
    await expect
      .poll(async () => [...(await presence.areOnline([...peers.keys()])).values()].every(Boolean))
      .toBe(true);
    expect(await presence.count()).toBe(peers.size);
    const broadcast = nodes[1].app.get(BroadcastService);
    for (const name of peers.keys()) broadcast.toUser(name).emit('told', { text: name });
    for (const [name, peer] of peers) {
      expect((await peer.next('told')).data).toEqual({ text: name });
    }
    for (const peer of peers.values()) expect(await peer.barrier()).toEqual([]);
  });

  it('leaves nothing in Redis when they have all gone', async () => {
    for (const peer of peers.values()) peer.socket.terminate();
    const presence = nodes[1].app.get(PresenceService);
    await expect.poll(() => presence.count()).toBe(0);
    expect(await nodes[1].app.get(RoomService).rooms()).toEqual([]);
    await Promise.all(nodes.map(({ app }) => app.close()));
    // When each was seen last is kept for a week.
    const keys = await sendToRedis(redis.port, 'KEYS', '*');
    expect(keys.split('\r\n').filter((line) => !/^[*$]/.test(line))).toEqual([
      'bounce:{presence}:seen',
    ]);
  });
});
