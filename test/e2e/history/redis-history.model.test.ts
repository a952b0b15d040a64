import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';
import { HistoryModel } from '../../unit/history/support/history-model.js';
import { anySteps, ROOMS } from '../../unit/history/support/history-steps.js';
import { useRedisHistory } from './support/redis-history-stores.js';

const RUNS = 600;
/** Played at the same time: most of it is waiting. */
const LANES = 6;

const openView = useRedisHistory();

describe('history in Redis, on two nodes', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  it('is what a simple model says, also when Redis forgets everything', async () => {
    const [one, two] = [await openView(redis.url), await openView(redis.url)];
    let runs = 0;
    const property = fc.asyncProperty(anySteps('forget everything'), (steps) => {
      const run = ++runs;
      const nameOf = (room: string): string => `${run}-${room}`;
      const model = new HistoryModel({
        stores: [one.store, two.store],
        nameOf,
        ttlMs: 60_000,
        wait: () => undefined,
        forget: () =>
          Promise.all(
            ROOMS.map((room) => {
              const [head, log] = ['head', 'log'].map(
                (part) => `bounce:{history:${nameOf(room)}}:${part}`,
              );
              return one.connection.command(head!, 'DEL', head!, log!);
            }),
          ),
      });
      return model.play(steps);
    });
    await Promise.all(
      Array.from({ length: LANES }, () => fc.assert(property, { numRuns: RUNS / LANES })),
    );
  }, 60_000);
});
