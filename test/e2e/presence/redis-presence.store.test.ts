import { ANYWHERE, type PresenceEvent } from 'bounce-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';
import { describePresenceStore } from './support/presence-store.contract.js';
import { useRedisViews } from './support/redis-stores.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const openView = useRedisViews();

/** A first view of an empty store. */
async function openEmpty() {
  const view = await openView(redis.url);
  await view.connection.command('x', 'FLUSHALL');
  return view;
}

describePresenceStore('RedisPresenceStore', async () => {
  await openEmpty();
  return { open: async () => (await openView(redis.url)).store };
});

const ann = { room: ANYWHERE, userId: 'ann', meta: '', known: false };
const update = { restoring: false, leaseMs: 10_000, joins: [], leaves: [] };

describe('RedisPresenceStore', () => {
  it('tells what is told again after a FLUSHALL as known, and then goes on as before', async () => {
    const { store, connection } = await openEmpty();
    const events: PresenceEvent[] = [];
    store.events$.subscribe((event) => events.push(event));
    const before = await store.update('one', {
      ...update,
      restoring: true,
      version: 1,
      joins: [ann],
    });
    await connection.command('x', 'FLUSHALL');
    const lost = await store.renew('one', 1, 10_000, 60_000);
    expect(lost.held).toBe(false);
    expect(lost.epoch).not.toBe(before.epoch);
    const again = [{ ...ann, known: true }];
    await store.update('one', { ...update, restoring: true, version: 2, joins: again });
    expect(await store.areOnline(['ann'])).toEqual([true]);
    await store.update('one', {
      ...update,
      version: 3,
      leaves: [{ room: ANYWHERE, userId: 'ann', agoMs: 0 }],
    });
    // Who was seen leaving since, and is then told of by another node, has come back.
    await store.update('two', { ...update, restoring: true, version: 1, joins: again });
    await expect.poll(() => events.length).toBe(4);
    expect(events.map(({ joins, leaves }) => [joins, leaves])).toEqual([
      [[ann], []],
      [[{ ...ann, known: true }], []],
      [[], [{ room: ANYWHERE, userId: 'ann' }]],
      [[ann], []],
    ]);
  });

  it('leaves nothing behind but when users were seen last', async () => {
    const { store, connection } = await openEmpty();
    await store.update('one', {
      ...update,
      restoring: true,
      version: 1,
      joins: [ann, { room: 'tea', userId: 'ann', meta: '{}', known: false }],
    });
    await store.renew('one', 1, 10_000, 60_000);
    await store.retire('one', 0);
    while (await store.reap('one'));
    expect(await connection.command('x', 'KEYS', '*')).toEqual(['bounce:{presence}:seen']);
  });

  it('lets go of everything when no node is left to clean up', async () => {
    const { store, connection } = await openEmpty();
    await store.update('one', { ...update, restoring: true, version: 1, joins: [ann] });
    await store.renew('one', 1, 10_000, 60_000);
    const keys = (await connection.command('x', 'KEYS', '*')) as string[];
    expect(keys).toHaveLength(5);
    for (const key of keys) expect(await connection.command(key, 'PTTL', key)).toBeGreaterThan(0);
  });

  it('has all its keys in one slot of a Redis Cluster', async () => {
    const { store, connection } = await openEmpty();
    await store.update('one', {
      ...update,
      restoring: true,
      version: 1,
      joins: [ann, { room: 'tea', userId: 'ann', meta: '{}', known: false }],
    });
    const keys = (await connection.command('x', 'KEYS', '*')) as string[];
    expect(keys.map((key) => /\{(.*?)\}/.exec(key)?.[1])).toEqual(keys.map(() => 'presence'));
  });

  it('passes over what is no message of its own on its channel', async () => {
    const { store, connection } = await openEmpty();
    const events: PresenceEvent[] = [];
    store.events$.subscribe((event) => events.push(event));
    for (const bad of [
      '',
      'null',
      '{}',
      '[]',
      '["e"]',
      '["e","1",{}]',
      '["e","x",[]]',
      '["e","1",[["join","tea","ann"]]]',
      '["e","1",[["join","tea","ann","{"]]]',
      '["e","1",[["leave",1,2]]]',
      'x'.repeat(100_000),
    ]) {
      await connection.publish('bounce:{presence}:events', bad);
    }
    await store.update('one', { ...update, restoring: true, version: 1, joins: [ann] });
    await expect.poll(() => events.length).toBe(1);
    expect(events[0]).toMatchObject({ joins: [{ userId: 'ann' }] });
  });

  it('rejects in bounded time while Redis is away, and comes back with it', async () => {
    const { store } = await openEmpty();
    await redis.kill();
    await expect(store.areOnline(['ann'])).rejects.toMatchObject({ code: 'unavailable' });
    let returns = 0;
    store.returned$.subscribe(() => returns++);
    await redis.restart();
    const ask = (): Promise<unknown> => store.areOnline(['ann']).catch(() => 'away');
    await expect.poll(ask, { timeout: 5_000 }).toEqual([false]);
    await expect.poll(() => returns).toBeGreaterThan(0);
  });
});
