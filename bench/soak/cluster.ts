import { setTimeout as wait } from 'node:timers/promises';
import { RedisServer } from '../../test/support/redis-server.js';
import { sendToRedis } from '../../test/support/resp.js';
import { Child } from '../harness/child.js';
import type { Census, SoakCalls, SoakSettings, Vitals } from './soak-calls.interface.js';

const PROGRAM = new URL('soak.server.js', import.meta.url);
/** Garbage is collected before memory is read; what counts objects is still called experimental. */
const NODE_FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning'];
/** glibc gives back what is free from 128 KiB on, at once; by default it holds 6 MB now and gives them back another time. */
const ENV = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };
const POLL_MS = 20;
const READY_TIMEOUT_MS = 10_000;

/** Several nodes and the Redis between them, all of them started here. */
export class SoakCluster {
  #urls: readonly string[] = [];

  private constructor(
    readonly redis: RedisServer,
    private readonly nodes: readonly Child<SoakCalls>[],
  ) {}

  /** Resolves when all nodes listen and reach each other. */
  static async start(nodeCount: number, lose: number): Promise<SoakCluster> {
    const redis = await RedisServer.start();
    const settings: SoakSettings = { redisUrl: redis.url, lose };
    const options = {
      program: PROGRAM,
      args: [JSON.stringify(settings)],
      core: undefined,
      env: ENV,
    };
    const nodes = Array.from(
      { length: nodeCount },
      () => new Child<SoakCalls>({ ...options, nodeFlags: NODE_FLAGS }),
    );
    const cluster = new SoakCluster(redis, nodes);
    try {
      await cluster.#isReady();
    } catch (error) {
      await cluster.end();
      throw error;
    }
    return cluster;
  }

  /** Where clients find each node. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** How each node is. */
  vitals(): Promise<Vitals[]> {
    return Promise.all(this.nodes.map((node) => node.call('vitals')));
  }

  /** What is in the heap of each node; they stand still meanwhile. */
  census(): Promise<Census[]> {
    return Promise.all(this.nodes.map((node) => node.call('census')));
  }

  /** Stops the nodes in an orderly way. @returns the keys that Redis still has then */
  async stop(): Promise<string[]> {
    await Promise.all(this.nodes.map((node) => node.call('close')));
    const answer = await sendToRedis(this.redis.port, 'KEYS', '*');
    // An array of strings, each after its length.
    return answer.split('\r\n').filter((line) => !/^[*$]\d+$/.test(line));
  }

  /** Ends every process that is still there. */
  async end(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.redis.stop();
  }

  async #isReady(): Promise<void> {
    const ports = await Promise.all(this.nodes.map((node) => node.call('port')));
    this.#urls = ports.map((port) => `ws://127.0.0.1:${port}/`);
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while ((await this.vitals()).some(({ isReady }) => !isReady)) {
      if (performance.now() > deadline) throw new Error('The nodes do not reach Redis');
      await wait(POLL_MS);
    }
  }
}
