import { redisEngine } from 'bounce-ws/redis';
import { expect, test } from 'vitest';
import { startInProcess } from '../e2e/cluster/support/in-process.js';
import { RedisServer } from '../support/redis-server.js';
import { sendToRedis } from '../support/resp.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { type PeerMessage, WsPeer } from '../support/ws-peer.js';

expectNoUnhandledErrors();

const KEYS = ['bounce:{history:tea}:head', 'bounce:{history:tea}:log'];

/** Bob is in the room, on the first node; Alice only talks to it, on the second. */
async function play(
  act: (redis: RedisServer, alice: WsPeer, bob: WsPeer) => Promise<void>,
): Promise<void> {
  const redis = await RedisServer.start();
  const start = () => startInProcess(redisEngine({ url: redis.url }), { history: true });
  const nodes = await Promise.all([start(), start()]);
  try {
    const [bob, alice] = await Promise.all(nodes.map(({ url }) => WsPeer.connect(url)));
    await act(redis, alice!, bob!);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.stop();
  }
}

const say = (peer: WsPeer, text: string): Promise<PeerMessage> =>
  peer.request('say_to', { rooms: ['tea'], text });

test('a log that has gone back to an older state is noticed by a node that has heard more, and told of', () =>
  play(async (redis, alice, bob) => {
    await bob.request('join', { room: 'tea' });
    const { epoch } = (await bob.next('recovery')).data as { epoch: string };
    await say(alice, '1');
    await bob.next('said');
    // As a replica has it that was behind when it took over.
    for (const key of KEYS) await sendToRedis(redis.port, 'COPY', key, `${key}:old`);
    await say(alice, '2');
    await say(alice, '3');
    for (const offset of [2, 3]) expect(await bob.next('said')).toMatchObject({ offset });
    for (const key of KEYS) await sendToRedis(redis.port, 'RENAME', `${key}:old`, key);
    // Gets a number that was heard before.
    await say(alice, '4');
    expect(await sendToRedis(redis.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(':2');
    const { data } = await bob.next('recovery');
    expect(data).toMatchObject({ room: 'tea', offset: 0, recovered: false });
    expect(data).not.toMatchObject({ epoch });
    await say(alice, '5');
    expect(await bob.next('said')).toMatchObject({ offset: 1, data: { text: '5' } });
  }));

test('who enters while nobody knows where the log stands is told of the hole when somebody does', () =>
  play(async (redis, alice, bob) => {
    await say(alice, 'before');
    await redis.kill();
    await bob.request('hello', { rooms: [{ room: 'tea', epoch: 'another', offset: 0 }] });
    await bob.request('join', { room: 'tea' });
    expect((await bob.next('recovery')).data).toEqual({
      room: 'tea',
      epoch: '',
      offset: 0,
      recovered: false,
    });
    // Redis is away: this goes nowhere.
    await say(alice, 'meanwhile');
    await redis.restart();
    const { data } = await bob.next('recovery');
    expect(data).toMatchObject({ room: 'tea', recovered: false });
    expect(data).not.toMatchObject({ epoch: '' });
  }));
