import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { RedisServer } from '../support/redis-server.js';
import { runCommand } from '../support/run-command.js';
import { startServerProcess } from '../support/server-process.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { WsPeer } from '../support/ws-peer.js';
import { eventually } from './support/eventually.js';
import { LEASE_MS, PresenceNode } from './support/presence-stage.js';

expectNoUnhandledErrors();

const ROOT = resolve(import.meta.dirname, '../..');
const SCRIPT = resolve(import.meta.dirname, 'clock/dist/test/faults/clock/main.js');
const PRELOAD = pathToFileURL(resolve(import.meta.dirname, 'clock/shifted-clock.js')).href;
const GRACE_MS = 200;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** A node in a process of its own, whose clock is wrong. */
async function startShifted(redisUrl: string, shiftMs: number) {
  const server = await startServerProcess(SCRIPT, {
    env: {
      NODE_OPTIONS: `--import ${PRELOAD}`,
      CLOCK_SHIFT_MS: String(shiftMs),
      REDIS_URL: redisUrl,
      LEASE_MS: String(LEASE_MS),
      GRACE_MS: String(GRACE_MS),
    },
  });
  const connect = async (userId: string): Promise<WsPeer> => {
    const peer = await WsPeer.connect(`ws://127.0.0.1:${server.port}/?user=${userId}`);
    await peer.barrier();
    return peer;
  };
  return { server, connect };
}

/** Ann is on the node with the right clock, ben on the one with the wrong one, cai on both. */
async function play(shiftMs: number, ...laterMs: readonly number[]): Promise<void> {
  const redis = await RedisServer.start();
  const right = await PresenceNode.start(redis.url, { leaseMs: LEASE_MS, graceMs: GRACE_MS });
  const wrong = await startShifted(redis.url, shiftMs);
  try {
    await right.connect('ann');
    await right.connect('cai');
    const ben = await wrong.connect('ben');
    await wrong.connect('cai');
    const ask = async (question: string, data?: unknown): Promise<unknown> =>
      (await ben.request(question, data)).data;
    const bothTell = async (changes: readonly string[], withinMs: number): Promise<void> => {
      const sorted = changes.toSorted();
      await eventually(() => expect(right.changes.toSorted()).toEqual(sorted), withinMs);
      // The wrong node started later, when some of them were there already.
      const later = (await ask('changes')) as string[];
      expect(sorted).toEqual(expect.arrayContaining(later));
    };

    const isOffBy = async (expectedMs: number): Promise<void> => {
      const offMs = Number(await ask('clock')) - Date.now();
      expect(Math.abs(offMs - expectedMs)).toBeLessThan(10 * SECOND_MS);
    };

    await isOffBy(shiftMs);
    for (const ms of laterMs) {
      await ask('shift_clock', { ms });
      await isOffBy(ms);
      await delay(LEASE_MS);
    }
    // By then every lease would have ended by the wrong clock, and been reaped.
    await delay(LEASE_MS * 2);
    await bothTell(['+ann', '+ben', '+cai'], SECOND_MS);
    for (const online of [await right.online(), await ask('online')]) {
      expect(online).toEqual(['ann', 'ben', 'cai']);
    }

    const dan = await wrong.connect('dan');
    await bothTell(['+ann', '+ben', '+cai', '+dan'], SECOND_MS);
    await dan.close();
    const leftAt = Date.now();
    await bothTell(['+ann', '+ben', '+cai', '+dan', '-dan'], GRACE_MS + SECOND_MS);
    expect(await ask('online')).toEqual(['ann', 'ben', 'cai']);
    const seenBy = [await right.presence.lastSeen('dan'), await ask('last_seen', { user: 'dan' })];
    for (const seenAt of seenBy) expect(Math.abs(Number(seenAt) - leftAt)).toBeLessThan(SECOND_MS);

    await wrong.server.kill();
    const hasLeft = (): void => expect(right.changesOf('ben')).toEqual(['+ben', '-ben']);
    await eventually(hasLeft, LEASE_MS * 2 + SECOND_MS);
    expect(await right.online()).toEqual(['ann', 'cai']);
    expect(right.changesOf('cai')).toEqual(['+cai']);
  } finally {
    await wrong.server.kill();
    await right.stop();
    await redis.stop();
  }
}

describe.concurrent('presence with a node whose clock', () => {
  beforeAll(() =>
    runCommand(
      'npx',
      ['--no-install', 'rolldown', '-c', 'test/faults/clock/rolldown.config.js'],
      ROOT,
    ),
  );

  test('is 90 seconds ahead: no errors', () => play(90 * SECOND_MS));
  test('is an hour ahead: no errors', () => play(HOUR_MS));
  test('is 90 seconds behind: no errors', () => play(-90 * SECOND_MS));
  test('is an hour behind: no errors', () => play(-HOUR_MS));
  test('is set while it runs, by an hour and back by two: no errors', () =>
    play(0, HOUR_MS, -HOUR_MS));
});
