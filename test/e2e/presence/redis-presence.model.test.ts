import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';
import { PresenceModel } from '../../unit/presence/support/presence-model.js';
import { anySchedule, type Schedule } from '../../unit/presence/support/presence-schedule.js';
import { openRedisView } from './support/redis-stores.js';

const RUNS = 1_000;
/** Played at the same time: most of a schedule is waiting. */
const LANES = 8;

const FORGET = `
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end`;

describe('presence on three nodes and a Redis', () => {
  let redis: RedisServer;
  let runs = 0;
  let putToTheTest = 0;

  beforeAll(async () => {
    // What it says of a store that cannot be reached is said hundreds of times here.
    Logger.overrideLogger(false);
    redis = await RedisServer.start();
  });
  afterAll(async () => {
    Logger.overrideLogger(['log', 'warn', 'error']);
    await redis.stop();
  });

  async function play(schedule: Schedule): Promise<void> {
    const prefix = `run-${++runs}`;
    const { store, connection, close } = await openRedisView(redis.url, prefix);
    const forget = (): Promise<unknown> =>
      connection.command('x', 'EVAL', FORGET, '0', `${prefix}:*`);
    try {
      const model = new PresenceModel(store, schedule, forget);
      await model.play();
      if (model.isPutToTheTest) putToTheTest++;
    } finally {
      close();
    }
  }

  it('is what a simple model says, and told once each, also when Redis forgets everything', async () => {
    const property = fc.asyncProperty(anySchedule('forget everything'), play);
    await Promise.all(
      Array.from({ length: LANES }, () => fc.assert(property, { numRuns: RUNS / LANES })),
    );
    // Three times as many, unless this machine stood still too often for them to count.
    expect(putToTheTest).toBeGreaterThan(RUNS / 25);
  }, 60_000);
});
