import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, RoomService } from 'bounce-ws';
import { redisEngine, RedisPublisher } from 'bounce-ws/redis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { jwt } from '../../support/auth-app.js';
import { RedisServer } from '../../support/redis-server.js';
import { sendToRedis } from '../../support/resp.js';
import { tokenOf } from '../../support/tokens.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

@WebSocketGateway()
class RoomGateway {
  constructor(private readonly rooms: RoomService) {}

  @OnEvent('join')
  join(client: BounceSocket, room: string): Promise<void> {
    return this.rooms.join(client, room);
  }

  @OnEvent('whoami')
  whoami(client: BounceSocket): string {
    return client.id;
  }
}

const start = useApps();
const publishers: RedisPublisher[] = [];
let redis: RedisServer;
expectNoUnhandledErrors();
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());
afterEach(() => Promise.all(publishers.splice(0).map((publisher) => publisher.close())));

function createPublisher(url = redis.url): RedisPublisher {
  const publisher = new RedisPublisher({ url, prefix: 'app' });
  publishers.push(publisher);
  return publisher;
}

/** Alice and Bob, each on a node of their own, both in the room `tea`. */
async function startNodes(): Promise<{ alice: WsPeer; bob: WsPeer }> {
  const connect = async (name: string): Promise<WsPeer> => {
    const engine = redisEngine({ url: redis.url, prefix: 'app' });
    const { url } = await start({
      providers: [RoomGateway],
      options: { engine, auth: jwt().auth },
    });
    const peer = await WsPeer.connect(`${url}/?token=${tokenOf(name)}`);
    await peer.request('join', { room: 'tea' });
    return peer;
  };
  return { alice: await connect('alice'), bob: await connect('bob') };
}

/** The data of what comes until the event `done`. */
async function heardBy(peer: WsPeer): Promise<unknown[]> {
  const heard: unknown[] = [];
  for (let next = await peer.next(); next.event !== 'done'; next = await peer.next()) {
    heard.push(next.data);
  }
  return heard;
}

test('a process without an app reaches everybody, rooms and users', async () => {
  const { alice, bob } = await startNodes();
  const publisher = createPublisher();
  await publisher.toAll().emit('news', { n: 1 });
  await publisher
    .to('tea')
    .except({ users: ['bob'] })
    .emit('news', { n: 2 });
  await publisher.toUser('bob').emit('news', { n: 3 }, { volatile: true });
  await publisher.toUser('alice', 'bob').emit('done');
  expect(await heardBy(alice)).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await heardBy(bob)).toEqual([{ n: 1 }, { n: 3 }]);
});

test('who is in several of the rooms hears a message for them once, on every node', async () => {
  const { alice, bob } = await startNodes();
  await alice.request('join', { room: 'milk' });
  const publisher = createPublisher();
  await publisher.to('milk', 'tea', 'tea').emit('n', 1);
  await publisher.to('milk', 'sugar').emit('n', 2);
  await publisher.toAll().emit('done');
  expect(await heardBy(alice)).toEqual([1, 2]);
  expect(await heardBy(bob)).toEqual([1]);
  const many = Array.from({ length: 1_001 }, (_, index) => `r${index}`);
  expect(() => publisher.to(...many)).toThrow(RangeError);
});

test('any language publishes for several rooms, saying all of them and an id', async () => {
  const { alice, bob } = await startNodes();
  await alice.request('join', { room: 'milk' });
  const publish = (room: string, message: object): Promise<string> =>
    sendToRedis(redis.port, 'PUBLISH', `app:room:${room}`, JSON.stringify(message));
  const both = { event: 'n', to: ['tea', 'milk'], id: 'a-1' };
  await publish('tea', { ...both, data: 1 });
  await publish('milk', { ...both, data: 1 });
  await publish('tea', { ...both, data: 2, id: 'a-2' });
  const bad = [
    { id: undefined },
    { id: 7 },
    { id: 'x'.repeat(65) },
    { to: ['milk'] },
    { to: 'tea' },
  ];
  for (const fields of bad) await publish('tea', { ...both, data: 3, id: 'a-3', ...fields });
  await publish('tea', { event: 'done' });
  expect(await heardBy(alice)).toEqual([1, 2]);
  expect(await heardBy(bob)).toEqual([1, 2]);
});

test('a process without an app signs a user out everywhere', async () => {
  const { alice, bob } = await startNodes();
  await createPublisher().toUser('bob').disconnect(4403, 'signed out');
  expect(await bob.closed).toEqual({ code: 4403, reason: 'signed out' });
  expect(await alice.barrier()).toEqual([]);
});

test('any language publishes with a plain PUBLISH of JSON', async () => {
  const { alice, bob } = await startNodes();
  const id = (await alice.request('whoami')).data;
  const publish = (channel: string, message: object): Promise<string> =>
    sendToRedis(redis.port, 'PUBLISH', channel, JSON.stringify(message, undefined, 2));
  expect(await publish('app:all', { event: 'n', data: 'tää' })).toBe(':2');
  expect(await publish('app:room:tea', { event: 'n', except: { sockets: [id] } })).toBe(':2');
  expect(await publish('app:user:alice', { event: 'n', data: 3 })).toBe(':1');
  expect(await alice.next()).toMatchObject({ event: 'n', data: 'tää' });
  expect(await alice.next()).toMatchObject({ event: 'n', data: 3 });
  expect(await bob.next()).toMatchObject({ event: 'n', data: 'tää' });
  expect(await bob.next()).toMatchObject({ event: 'n', data: {} });
});

test('a publisher says within two seconds that Redis cannot be reached', async () => {
  const publisher = createPublisher('redis://127.0.0.1:1');
  await expect(publisher.toAll().emit('news')).rejects.toMatchObject({ code: 'unavailable' });
});
