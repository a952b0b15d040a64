import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { keysLeft } from '../../support/leftovers.js';
import { RedisServer } from '../../support/redis-server.js';
import { runCommand } from '../../support/run-command.js';
import { startServerProcess } from '../../support/server-process.js';
import { describeCluster } from './support/cluster.suite.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONFIG = 'test/e2e/cluster/support/rolldown.config.js';
const SCRIPT = resolve(ROOT, 'test/e2e/cluster/dist/test/e2e/cluster/support/cluster-server.js');

describe('in processes of their own', () => {
  let redis: RedisServer;
  let clusters = 0;

  beforeAll(async () => {
    await runCommand('npx', ['--no-install', 'rolldown', '-c', CONFIG], ROOT);
    redis = await RedisServer.start();
  });

  afterAll(async () => {
    expect(await keysLeft(redis)).toEqual([]);
    await redis.stop();
  });

  describeCluster('one Redis', async () => {
    const env = { REDIS_URL: redis.url, PREFIX: `cluster-${++clusters}` };
    return { startNode: () => startServerProcess(SCRIPT, { env }) };
  });
});
