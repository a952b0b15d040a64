import { setTimeout as delay } from 'node:timers/promises';
import { redisEngine } from 'bounce-ws/redis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  /** How many commands it has handled, those of scripts included. */
  async function handled(): Promise<number> {
    const client = createClient({ url: redis.url });
    await client.connect();
    const stats = await client.info('stats');
    client.destroy();
    return Number(/total_commands_processed:(\d+)/.exec(stats)![1]);
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
      const before = await handled();
      await delay(WATCH_MS);
      return (await handled()) - before;
    };
    const few = await commandsWith(FEW);
    const many = await commandsWith(MANY);
    expect(many / few).toBeGreaterThan(0.9);
    expect(many / few).toBeLessThan(1.1);
  });
});
