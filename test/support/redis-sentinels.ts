import { setTimeout as delay } from 'node:timers/promises';
import { RedisServer } from './redis-server.js';
import { sendToRedis } from './resp.js';

const SENTINELS = 3;
const QUORUM = 2;
const DOWN_AFTER_MS = 1_000;
const FAILOVER_TIMEOUT_MS = 5_000;
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/**
 * A master, its replica and three sentinels of a test's own, on free ports: when the master fails, the sentinels elevate the
 * replica.
 *
 * @example
 * const sentinels = await RedisSentinels.start();
 * afterAll(() => sentinels.stop());
 * createSentinel({ name: sentinels.name, sentinelRootNodes: sentinels.nodes });
 */
export class RedisSentinels {
  /** What the sentinels call the master. */
  readonly name = 'main';

  private constructor(
    readonly master: RedisServer,
    readonly replica: RedisServer,
    readonly sentinels: readonly RedisServer[],
  ) {}

  /** Starts the servers and resolves when each sentinel knows the replica and the other sentinels. */
  static async start(): Promise<RedisSentinels> {
    // A replica can be elevated once it has all that the master has.
    const master = await RedisServer.start({ settings: { 'repl-diskless-sync-delay': '0' } });
    const replica = await RedisServer.start({
      settings: { replicaof: `127.0.0.1 ${master.port}` },
    });
    const sentinels: RedisServer[] = [];
    while (sentinels.length < SENTINELS) sentinels.push(await startSentinel(master.port));
    const all = new RedisSentinels(master, replica, sentinels);
    try {
      await Promise.all(sentinels.map(({ port }) => all.#isReady(port)));
      return all;
    } catch (error) {
      await all.stop();
      throw error;
    }
  }

  /** What node-redis takes as `sentinelRootNodes`. */
  get nodes(): { host: string; port: number }[] {
    return this.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  /** Ends all servers for good and removes their files. */
  async stop(): Promise<void> {
    const all = [...this.sentinels, this.replica, this.master];
    await Promise.all(all.map((server) => server.stop()));
  }

  async #isReady(port: number): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const master = await sendToRedis(port, 'SENTINEL', 'MASTER', this.name);
      const others = `num-other-sentinels\r\n$1\r\n${SENTINELS - 1}\r\n`;
      const [, replicas = ''] = master.split('num-slaves\r\n');
      if (master.includes(others) && replicas.startsWith('$1\r\n1')) return;
      if (performance.now() > deadline) throw new Error('The sentinels do not come up');
      await delay(POLL_MS);
    }
  }
}

function startSentinel(masterPort: number): Promise<RedisServer> {
  return RedisServer.start({
    isSentinel: true,
    settings: {
      'sentinel monitor': `main 127.0.0.1 ${masterPort} ${QUORUM}`,
      'sentinel down-after-milliseconds': `main ${DOWN_AFTER_MS}`,
      'sentinel failover-timeout': `main ${FAILOVER_TIMEOUT_MS}`,
    },
  });
}
