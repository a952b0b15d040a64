import type { ClusterMessage, Engine } from 'bounce-ws';
import { redisEngine, RedisPublisher } from 'bounce-ws/redis';
import { createCluster } from 'redis';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hashSlot } from '../../../lib/redis/driver/hash-slot.js';
import { Inbox } from '../../support/inbox.js';
import { RedisCluster } from '../../support/redis-cluster.js';
import type { RedisServer } from '../../support/redis-server.js';
import { sendToRedis } from '../../support/resp.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';

const TEA = 'bounce:room:tea';
const JOB = 'bounce:lease:job';

expectNoUnhandledErrors();

let cluster: RedisCluster;
const engines: Engine[] = [];
afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.stop())));

const client = (password = '') =>
  createCluster({ rootNodes: cluster.nodes, defaults: password === '' ? {} : { password } });

async function startNode(password?: string): Promise<Engine> {
  const engine = redisEngine({ client: client(password) });
  engines.push(engine);
  await engine.start();
  return engine;
}

function inRoom(...names: string[]): ClusterMessage {
  return { audience: { kind: 'room', names }, action: { type: 'emit', event: 'n', data: names } };
}

async function listen({ backplane }: Engine, ...rooms: string[]): Promise<Inbox<unknown>> {
  const inbox = new Inbox<unknown>();
  backplane.received$.subscribe(({ action }) => {
    if (action.type === 'emit') inbox.put(action.data);
  });
  await Promise.all(rooms.map((room) => backplane.subscribe(`room:${room}`)));
  return inbox;
}

/** So many of what was heard, in the order of the alphabet. */
async function taken(heard: Inbox<unknown>, count: number): Promise<string[]> {
  const names: string[] = [];
  while (names.length < count) names.push(String(await heard.take()));
  return names.toSorted();
}

/** What the masters answer to a question, those first that have the key. */
async function ask(key: string, ...args: string[]): Promise<string[]> {
  const owner = await cluster.masterOf(key);
  const others = cluster.masters.filter((master) => master !== owner);
  return Promise.all([owner, ...others].map(({ port }) => sendToRedis(port, ...args)));
}

const idOf = async ({ port }: RedisServer): Promise<string> =>
  (await sendToRedis(port, 'CLUSTER', 'MYID')).split('\r\n')[1]!;

/** Gives the slot of a key that is empty to another master. */
async function moveSlot(key: string): Promise<void> {
  const [slot, owner] = [await slotOf(key), await cluster.masterOf(key)];
  const target = cluster.masters.find((master) => master !== owner)!;
  for (const { port } of [target, owner, ...cluster.masters]) {
    const setSlot = ['CLUSTER', 'SETSLOT', slot, 'NODE', await idOf(target)];
    expect(await sendToRedis(port, ...setSlot)).toBe('+OK');
  }
}

async function slotOf(key: string): Promise<string> {
  return (await sendToRedis(cluster.masters[0]!.port, 'CLUSTER', 'KEYSLOT', key)).slice(1);
}

describe('on a Redis Cluster', () => {
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  test.each([
    '',
    'tea',
    'a{tea}b',
    '{}tea',
    'a{}{tea}',
    'a{{tea}}b',
    '{tea',
    'tea}',
    '{täa}',
    '}{tea}',
  ])('the slot of %j is the one that Redis says', async (key) =>
    expect(String(hashSlot(key))).toBe(await slotOf(key)),
  );

  test('channels are sharded: each is on the master of its slot, and on no other', async () => {
    await listen(await startNode(), 'tea');
    expect(await ask(TEA, 'PUBSUB', 'SHARDNUMSUB', TEA)).toEqual(
      [1, 0, 0].map((count) => expect.stringMatching(new RegExp(`:${count}$`)) as string),
    );
    expect(await ask(TEA, 'PUBSUB', 'NUMSUB', TEA)).toEqual(
      [0, 0, 0].map(() => expect.stringMatching(/:0$/) as string),
    );
  });

  test('any language publishes with SPUBLISH', async () => {
    const heard = await listen(await startNode(), 'tea');
    const { port } = await cluster.masterOf(TEA);
    expect(await sendToRedis(port, 'SPUBLISH', TEA, '{"event":"n","data":1}')).toBe(':1');
    expect(await heard.take()).toBe(1);
  });

  test('a process without an app reaches rooms on all masters', async () => {
    const rooms = Array.from({ length: 20 }, (_, index) => `r${index}`);
    const heard = await listen(await startNode(), ...rooms);
    const publisher = new RedisPublisher({ client: client() });
    await Promise.all(rooms.map((room) => publisher.to(room).emit('n', room)));
    expect(await taken(heard, rooms.length)).toEqual(rooms.toSorted());
    await publisher.close();
  });

  test('everything is handed over once flushed() is fulfilled, whichever master has to answer', async () => {
    const node = await startNode();
    for (let index = 0; index < 300; index++) node.backplane.publish(inRoom(`r${index}`));
    const slow = await cluster.masterOf('bounce:room:r0');
    slow.freeze();
    for (let index = 0; index < 300; index++) node.backplane.publish(inRoom(`r${index}`));
    const flushed = node.backplane.flushed();
    slow.thaw();
    await flushed;
    expect(node.health.counters['published']).toBe(600);
  });

  test('a slot that is on its way to another master is asked for there', async () => {
    const node = await startNode();
    const [slot, owner] = [await slotOf(JOB), await cluster.masterOf(JOB)];
    const target = cluster.masters.find((master) => master !== owner)!;
    const setSlot = (port: number, ...to: string[]) =>
      sendToRedis(port, 'CLUSTER', 'SETSLOT', slot, ...to);
    expect(await setSlot(target.port, 'IMPORTING', await idOf(owner))).toBe('+OK');
    expect(await setSlot(owner.port, 'MIGRATING', await idOf(target))).toBe('+OK');
    const held = new Inbox<boolean>();
    const job = node.leases.hold('job').subscribe((isHeld) => held.put(isHeld));
    expect([await held.take(), await held.take()]).toEqual([false, true]);
    expect(await sendToRedis(owner.port, 'CLUSTER', 'COUNTKEYSINSLOT', slot)).toBe(':0');
    expect(await sendToRedis(target.port, 'CLUSTER', 'COUNTKEYSINSLOT', slot)).toBe(':1');
    job.unsubscribe();
    await setSlot(target.port, 'NODE', await idOf(target));
    await setSlot(owner.port, 'NODE', await idOf(target));
  });

  test('a channel whose slot goes to another master is listened to there, and the gap is told', async () => {
    const [one, two] = [await startNode(), await startNode()];
    const heard = await listen(two, 'tea');
    const gap = firstValueFrom(two.backplane.gap$);
    await moveSlot(TEA);
    expect(await gap).toEqual({ reason: 'disconnected' });
    one.backplane.publish(inRoom('tea'));
    expect(await heard.take()).toEqual(['tea']);
    expect(one.health.isReady).toBe(true);
  });
});

describe('on a Redis Cluster with a password and without sharded channels, as before version 7', () => {
  beforeAll(async () => {
    cluster = await RedisCluster.start({
      settings: { 'rename-command SPUBLISH': '', 'rename-command SSUBSCRIBE': '' },
    });
    const setPassword = ['CONFIG', 'SET', 'requirepass', 'the-right-one'];
    await Promise.all(cluster.masters.map(({ port }) => sendToRedis(port, ...setPassword)));
  });
  afterAll(() => cluster.stop());

  test('nodes hear each other on all masters', async () => {
    const [one, two] = [await startNode('the-right-one'), await startNode('the-right-one')];
    const rooms = Array.from({ length: 20 }, (_, index) => `r${index}`);
    const heard = await listen(two, ...rooms);
    for (const room of rooms) one.backplane.publish(inRoom(room));
    expect(await taken(heard, rooms.length)).toEqual(rooms.toSorted());
  });

  test('a node with a wrong one is not ready, and says why without the password', async () => {
    const { health } = await startNode('the-wrong-one');
    expect(health).toMatchObject({ isReady: false });
    expect(health.reason).toContain('WRONGPASS');
    expect(health.reason).not.toContain('the-wrong-one');
  });
});
