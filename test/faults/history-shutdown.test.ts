import { redisEngine } from 'bounce-ws/redis';
import { expect, test } from 'vitest';
import { startInProcess } from '../e2e/cluster/support/in-process.js';
import { RedisServer } from '../support/redis-server.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { WsPeer } from '../support/ws-peer.js';

expectNoUnhandledErrors();

const SHUTDOWN_MS = 1_000;
/** What leaving the cluster takes on top: a few round trips. */
const GOODBYE_MS = 5_000;
const LATENCY_MS = 400;
/** Ten round trips: a hundred go together. */
const MESSAGES = 1_000;

test('a node that stops while Redis is slow does not wait for all that was said to a room with history', async () => {
  const redis = await RedisServer.start();
  const line = await TcpProxy.listen(redis.port);
  const engine = redisEngine({ url: `redis://127.0.0.1:${line.port}` });
  const options = { history: true, shutdownTimeoutMs: SHUTDOWN_MS, rateLimit: false } as const;
  const node = await startInProcess(engine, options);
  try {
    const alice = await WsPeer.connect(node.url);
    line.latency(LATENCY_MS);
    for (let n = 1; n <= MESSAGES; n++) alice.send('say_to', { rooms: ['tea'], text: `${n}` });
    await alice.request('whoami', {});
  } finally {
    const startedAt = performance.now();
    await node.stop();
    const tookMs = performance.now() - startedAt;
    await line.close();
    await redis.stop();
    expect(tookMs).toBeLessThan(SHUTDOWN_MS + GOODBYE_MS);
  }
});
