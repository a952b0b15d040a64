import type { HistoryLimits } from 'bounce-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashSlot } from '../../../lib/redis/driver/hash-slot.js';
import { RedisMonitor } from '../../support/redis-monitor.js';
import { RedisServer } from '../../support/redis-server.js';
import { describeHistoryStore } from './support/history-store.contract.js';
import { type RedisHistoryView, useRedisHistory } from './support/redis-history-stores.js';

const LIMITS: HistoryLimits = { size: 100, ttlMs: 60_000 };
const HOUR_MS = 3_600_000;
const HEAD = 'bounce:{history:tea}:head';
const LOG = 'bounce:{history:tea}:log';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const openView = useRedisHistory();

/** A first view of an empty store. */
async function openEmpty(): Promise<RedisHistoryView> {
  const view = await openView(redis.url);
  await view.connection.command('x', 'FLUSHALL');
  return view;
}

const say = ({ store }: RedisHistoryView, envelope: string, limits = LIMITS) =>
  store.append('tea', { envelope }, limits);

const sayAll = (view: RedisHistoryView, count: number, limits = LIMITS) =>
  Promise.all(Array.from({ length: count }, (_, index) => say(view, `${index + 1}`, limits)));

const latest = async ({ store }: RedisHistoryView): Promise<string[]> =>
  (await store.readLatest('tea', 1_000, LIMITS)).entries.map(({ envelope }) => envelope);

const ask = ({ connection }: RedisHistoryView, ...args: string[]): Promise<unknown> =>
  connection.command('x', ...args);

describeHistoryStore('RedisHistoryStore', async () => {
  await openEmpty();
  return { open: async () => (await openView(redis.url)).store };
});

describe('RedisHistoryStore', () => {
  it('begins a new epoch after a FLUSHALL', async () => {
    const view = await openEmpty();
    const before = await say(view, 'a');
    await ask(view, 'FLUSHALL');
    const { head, isComplete } = await view.store.readSince('tea', before, 10, LIMITS);
    expect(isComplete).toBe(false);
    expect(head.offset).toBe(0);
    expect(head.epoch).not.toBe(before.epoch);
    expect(await view.store.append('tea', { envelope: 'b' }, LIMITS, before)).toEqual({
      ...head,
      offset: 1,
    });
  });

  it('shows the hole when only the messages are lost, and begins anew when only the count is', async () => {
    const view = await openEmpty();
    const before = await say(view, 'a');
    await ask(view, 'DEL', LOG);
    expect(await view.store.readSince('tea', { ...before, offset: 0 }, 10, LIMITS)).toEqual({
      head: before,
      entries: [],
      isComplete: false,
    });
    expect(await say(view, 'b')).toEqual({ ...before, offset: 2 });
    expect(await latest(view)).toEqual(['b']);
    await ask(view, 'DEL', HEAD);
    const anew = await say(view, 'c');
    expect(anew.offset).toBe(1);
    expect(anew.epoch).not.toBe(before.epoch);
    expect(await latest(view)).toEqual(['c']);
  });

  it('begins anew when its data have gone back, as soon as a node shows what it has seen', async () => {
    const view = await openEmpty();
    await sayAll(view, 3);
    // As a replica has it that was behind when it took over.
    await ask(view, 'COPY', HEAD, `${HEAD}:old`);
    await ask(view, 'COPY', LOG, `${LOG}:old`);
    await say(view, '4');
    const seen = await say(view, '5');
    await ask(view, 'RENAME', `${HEAD}:old`, HEAD);
    await ask(view, 'RENAME', `${LOG}:old`, LOG);
    expect(await view.store.heads(['tea'])).toEqual([{ ...seen, offset: 3 }]);
    const since = await view.store.readSince('tea', seen, 10, LIMITS);
    expect(since).toEqual({ head: { ...seen, offset: 3 }, entries: [], isComplete: false });
    const anew = await view.store.append('tea', { envelope: '6' }, LIMITS, seen);
    expect(anew.offset).toBe(1);
    expect(anew.epoch).not.toBe(seen.epoch);
    expect(await latest(view)).toEqual(['6']);
  });

  it('passes over nothing when a message in the middle is gone', async () => {
    const view = await openEmpty();
    const places = await sayAll(view, 5);
    await ask(view, 'XDEL', LOG, '3-0');
    const since = (offset: number) =>
      view.store.readSince('tea', { ...places[0]!, offset }, 10, LIMITS);
    expect((await since(1)).isComplete).toBe(false);
    expect((await since(2)).isComplete).toBe(false);
    expect((await since(3)).entries.map(({ offset }) => offset)).toEqual([4, 5]);
    expect(await latest(view)).toEqual(['4', '5']);
  });

  it('keeps messages for their time to live, and the count for an hour longer', async () => {
    const view = await openEmpty();
    await say(view, 'a');
    const log = Number(await ask(view, 'PTTL', LOG));
    const head = Number(await ask(view, 'PTTL', HEAD));
    expect(log).toBeGreaterThan(LIMITS.ttlMs - 5_000);
    expect(log).toBeLessThanOrEqual(LIMITS.ttlMs);
    expect(head).toBeGreaterThan(HOUR_MS + LIMITS.ttlMs - 5_000);
    await ask(view, 'FLUSHALL');
    await view.store.readLatest('tea', 0, LIMITS);
    expect(Number(await ask(view, 'PTTL', HEAD))).toBeGreaterThan(HOUR_MS);
    expect(await ask(view, 'KEYS', '*')).toEqual([HEAD]);
  });

  it('keeps the count of a quiet room as long as somebody asks for it', async () => {
    const view = await openEmpty();
    await say(view, 'a');
    for (const look of [
      () => view.store.heads(['tea']),
      () => view.store.readLatest('tea', 0, LIMITS),
      () => view.store.readSince('tea', { epoch: 'x', offset: 0 }, 0, LIMITS),
    ]) {
      await ask(view, 'PEXPIRE', HEAD, String(HOUR_MS / 3));
      await look();
      expect(Number(await ask(view, 'PTTL', HEAD))).toBeGreaterThan(HOUR_MS / 2);
    }
    // A longer one stays as it is.
    await ask(view, 'PEXPIRE', HEAD, String(9 * HOUR_MS));
    await view.store.heads(['tea']);
    expect(Number(await ask(view, 'PTTL', HEAD))).toBeGreaterThan(8 * HOUR_MS);
  });

  it('has no more messages in Redis than are kept', async () => {
    const view = await openEmpty();
    await sayAll(view, 250, { ...LIMITS, size: 7 });
    expect(await ask(view, 'XLEN', LOG)).toBe(7);
  });

  it('takes old messages out of Redis while new ones come', async () => {
    const view = await openEmpty();
    const short = { size: 1_000, ttlMs: 300 };
    await sayAll(view, 100, short);
    const length = async (): Promise<number> => {
      await say(view, 'new', short);
      return Number(await ask(view, 'XLEN', LOG));
    };
    await expect.poll(length, { timeout: 10_000, interval: 20 }).toBeLessThan(40);
  });

  it('has the keys of a room in one slot of a Redis Cluster, and rooms in many', async () => {
    const view = await openEmpty();
    const rooms = Array.from({ length: 100 }, (_, index) => `room-${index}`);
    await Promise.all(rooms.map((room) => view.store.append(room, { envelope: 'a' }, LIMITS)));
    const keys = (await ask(view, 'KEYS', '*')) as string[];
    expect(keys).toHaveLength(200);
    expect(new Set(keys.map((key) => /\{(.*?)\}/.exec(key)?.[1])).size).toBe(100);
    expect(new Set(keys.map(hashSlot)).size).toBeGreaterThan(90);
  });

  it('counts exactly where numbers are large', async () => {
    const view = await openEmpty();
    const { epoch } = await say(view, 'a');
    const offset = Number.MAX_SAFE_INTEGER - 3;
    await ask(view, 'HSET', HEAD, 'offset', String(offset));
    const known = { epoch, offset };
    const place = await view.store.append('tea', { envelope: 'b' }, LIMITS, known);
    expect(place).toEqual({ epoch, offset: offset + 1 });
    await sayAll(view, 2);
    const { entries, isComplete } = await view.store.readSince('tea', known, 10, LIMITS);
    expect(isComplete).toBe(true);
    expect(entries.map((entry) => entry.offset)).toEqual([offset + 1, offset + 2, offset + 3]);
    const anew = await view.store.append('tea', { envelope: 'c' }, LIMITS, {
      epoch,
      offset: Number.MAX_SAFE_INTEGER,
    });
    expect(anew.epoch).toBe(epoch);
  });

  it('keeps the order of the calls also when Redis forgets its scripts in between', async () => {
    const view = await openEmpty();
    const other = await openView(redis.url);
    const said: string[] = [];
    const answers: Promise<unknown>[] = [];
    for (let round = 0; round < 200; round++) {
      // On another connection: it comes between any two calls.
      if (round % 5 === 0) answers.push(ask(other, 'SCRIPT', 'FLUSH'));
      said.push(`${round}`);
      answers.push(view.store.append('tea', { envelope: `${round}` }, { ...LIMITS, size: 1_000 }));
      await new Promise(setImmediate);
    }
    await Promise.all(answers);
    const { entries } = await view.store.readLatest('tea', 1_000, { ...LIMITS, size: 1_000 });
    expect(entries.map(({ envelope }) => envelope)).toEqual(said);
  });

  it('sends what is said in one moment together', async () => {
    const view = await openEmpty();
    await say(view, 'a');
    const monitor = await RedisMonitor.start(redis.port);
    await sayAll(view, 1_000, { ...LIMITS, size: 1_000 });
    const scripts = monitor.commands.filter(([name]) => /^evalsha$/i.test(name!));
    monitor.stop();
    expect(scripts.length).toBeLessThan(15);
    expect((await view.store.heads(['tea']))[0]?.offset).toBe(1_001);
  });

  it('rejects what Redis refuses, and goes on when it does not any more', async () => {
    const view = await openEmpty();
    const before = await say(view, 'a');
    await ask(view, 'CONFIG', 'SET', 'maxmemory', '1');
    // A new epoch for each message that is refused would be of no use.
    const anew = view.store.breakOff('tea', before.epoch);
    const refused = await Promise.allSettled([say(view, 'b'), say(view, 'c'), anew]);
    await ask(view, 'CONFIG', 'SET', 'maxmemory', '0');
    for (const { status } of refused) expect(status).toBe('rejected');
    expect(await say(view, 'd')).toEqual({ ...before, offset: 2 });
    await ask(view, 'REPLICAOF', '127.0.0.1', '1');
    await expect(say(view, 'e')).rejects.toThrow(/READONLY/);
    await ask(view, 'REPLICAOF', 'NO', 'ONE');
    expect(await say(view, 'f')).toEqual({ ...before, offset: 3 });
    expect(await latest(view)).toEqual(['a', 'd', 'f']);
  });

  it('rejects everything within two seconds when Redis hangs', async () => {
    const view = await openEmpty();
    const { store } = view;
    const { epoch } = await say(view, 'a');
    redis.freeze();
    const start = performance.now();
    const calls = [
      say(view, 'b'),
      store.readSince('tea', { epoch, offset: 0 }, 10, LIMITS),
      store.readLatest('tea', 10, LIMITS),
      store.heads(['tea']),
      store.breakOff('tea', 'another'),
    ];
    await new Promise(setImmediate);
    // These wait behind the first.
    calls.push(say(view, 'c'), say(view, 'd', { ...LIMITS, size: 1 }));
    const results = await Promise.allSettled(calls);
    expect(performance.now() - start).toBeLessThan(3_000);
    redis.thaw();
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
  });

  it('rejects at once while Redis is away, says when it is back, and has a new epoch then', async () => {
    const view = await openEmpty();
    const { store } = view;
    const before = await say(view, 'a');
    let returns = 0;
    store.returned$.subscribe(() => returns++);
    expect(returns).toBe(1);
    await redis.kill();
    await expect.poll(() => store.isReady).toBe(false);
    await expect(say(view, 'b')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.heads(['tea', 'milk'])).rejects.toMatchObject({ code: 'unavailable' });
    await redis.restart();
    await expect.poll(() => store.isReady, { timeout: 5_000 }).toBe(true);
    expect(returns).toBe(2);
    const anew = await store.append('tea', { envelope: 'c' }, LIMITS, before);
    expect(anew.offset).toBe(1);
    expect(anew.epoch).not.toBe(before.epoch);
  });
});
