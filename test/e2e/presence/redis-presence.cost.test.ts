import { setTimeout as delay } from 'node:timers/promises';
import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisMonitor } from '../../support/redis-monitor.js';
import { RedisServer } from '../../support/redis-server.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useNodes } from './support/nodes.js';

const FEW = 10;
/** More than fit on a page, should somebody look at all of them. */
const MANY = 1_100;
const LEASE_MS = 200;
/** Ten leases, each renewed twice. */
const WATCH_MS = LEASE_MS * 10;

const start = useNodes();
expectNoUnhandledErrors();

describe('Presence in Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  /** How many commands it handles for each renewal of a lease, those of scripts and whatever else comes included. */
  async function handled(): Promise<number> {
    const monitor = await RedisMonitor.start(redis.port);
    await delay(WATCH_MS);
    monitor.stop();
    // Which every renewal runs once. How many there are in that time is up to the machine.
    const renewals = monitor.commands.filter(([name]) => name === 'ZREMRANGEBYSCORE').length;
    return monitor.commands.length / renewals;
  }

  it('costs as much for 1 100 users as for 10, also while somebody listens to changes$', async () => {
    const { presence, changes, connect } = await start({
      engine: redisEngine({ url: redis.url }),
      presence: { leaseMs: LEASE_MS },
    });
    let users = 0;
    const commandsWith = async (count: number): Promise<number> => {
      while (users < count) await (await connect(`user-${users++}`)).barrier();
      await expect.poll(() => changes).toHaveLength(count);
      expect(await presence.count()).toBe(count);
      return handled();
    };
    const few = await commandsWith(FEW);
    const many = await commandsWith(MANY);
    expect(many / few).toBeGreaterThan(0.9);
    expect(many / few).toBeLessThan(1.1);
  });
});
