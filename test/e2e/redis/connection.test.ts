import { filter, firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RedisScript, RedisUnavailableError } from '../../../lib/redis/connection/index.js';
import { Inbox } from '../../support/inbox.js';
import { MadeResources } from '../../support/made-resources.js';
import { RedisServer } from '../../support/redis-server.js';
import { RedisNode } from './support/redis-node.js';

describe("a node's connections to Redis", () => {
  let redis: RedisServer;
  let nodes: RedisNode[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());
  beforeEach(() => {
    nodes = [];
  });
  afterEach(() => Promise.all(nodes.map((node) => node.stop())));

  async function startNode(): Promise<RedisNode> {
    const node = new RedisNode({ url: redis.url });
    nodes.push(node);
    await node.start();
    return node;
  }

  /** What a node gets on a channel, once it listens. */
  async function listenTo(node: RedisNode, channel: string): Promise<Inbox<string>> {
    const inbox = new Inbox<string>();
    await node.subscriber.listen(channel, (payload) => inbox.put(payload.toString()));
    return inbox;
  }

  test('carry what one publishes to the other, as bytes', async () => {
    const [alice, bob] = [await startNode(), await startNode()];
    const heard = await listenTo(bob, 'tea');
    await alice.connection.publish('tea', 'täa\0');
    expect(await heard.take()).toBe('täa\0');
  });

  test('listen again to a channel that was left a moment ago', async () => {
    const node = await startNode();
    await listenTo(node, 'tea');
    node.subscriber.ignore(['tea']);
    const heard = await listenTo(node, 'tea');
    await node.connection.publish('tea', 'again');
    expect(await heard.take()).toBe('again');
  });

  test('run a script that Redis does not know, and one that it does', async () => {
    const { connection } = await startNode();
    const script = new RedisScript('return ARGV[1] .. KEYS[1]');
    expect(await connection.script(script, ['b'], ['a'])).toBe('ab');
    expect(await connection.script(script, ['d'], ['c'])).toBe('cd');
  });

  test('pass on what Redis refuses', async () => {
    const { connection } = await startNode();
    await connection.command('text', 'SET', 'text', 'abc');
    await expect(connection.command('text', 'INCR', 'text')).rejects.toThrow('not an integer');
  });

  test('watch over all answers with one timer', async () => {
    const { connection } = await startNode();
    const made = new MadeResources();
    made.start();
    const answers = Array.from({ length: 100 }, () => connection.publish('tea', 'hot'));
    // The one of the lease may be under way.
    expect(made.stop().of('Timeout')).toBeLessThanOrEqual(1);
    await Promise.all(answers);
  });

  test('come back when Redis does, listen as before and say that something was missed', async () => {
    const node = await startNode();
    const heard = await listenTo(node, 'tea');
    const gap = firstValueFrom(node.subscriber.gap$);
    await redis.kill();
    await expect(node.connection.command('k', 'GET', 'k')).rejects.toThrow(RedisUnavailableError);
    await redis.restart();
    await gap;
    await firstValueFrom(node.connection.isReady$.pipe(filter(Boolean)));
    await node.connection.publish('tea', 'back');
    expect(await heard.take()).toBe('back');
  });

  test('tell who else is alive, and who said goodbye', async () => {
    const [alice, bob] = [await startNode(), await startNode()];
    await bob.lease.renew();
    const both = [alice.connection.nodeId, bob.connection.nodeId].toSorted();
    expect([...(await alice.lease.lookAround())].toSorted()).toEqual(both);
    await bob.lease.stop();
    expect([...(await alice.lease.lookAround())]).toEqual([alice.connection.nodeId]);
  });

  test('find out that Redis has forgotten the lease', async () => {
    const { connection, lease } = await startNode();
    await lease.renew();
    await connection.command('', 'FLUSHALL');
    const renewal = firstValueFrom(lease.renewed$);
    await lease.renew();
    expect(await renewal).toEqual({ isNew: true, alive: [connection.nodeId], expired: [] });
  });
});
