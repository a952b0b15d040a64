import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { RedisServer } from './redis-server.js';
import { sendToRedis } from './resp.js';

const MASTERS = 3;
const SLOTS = 16_384;
/** How much higher than its port the bus of a server listens. */
const BUS_OFFSET = 10_000;
/** Without an answer for that long a server is given up, so that another one takes over; and the cluster is up sooner. */
const NODE_TIMEOUT_MS = 1_000;
/** Where no other one could: longer than a server that is well may have to wait for its turn on a busy machine. */
const PATIENT_MS = 15_000;
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** What {@link RedisCluster.start} takes. */
export interface RedisClusterOptions {
  /** Whether the first master has a replica, which takes over when that fails. */
  readonly hasReplica?: boolean;
  /** Settings of all servers, as in their configuration files. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * A Redis Cluster of a test's own: three masters with a third of the slots each, on free ports.
 *
 * @example
 * const cluster = await RedisCluster.start();
 * afterAll(() => cluster.stop());
 * createCluster({ rootNodes: cluster.nodes });
 */
export class RedisCluster {
  private constructor(
    readonly masters: readonly RedisServer[],
    readonly replicas: readonly RedisServer[],
  ) {}

  /** Starts the servers and resolves when every one says that the cluster is well. */
  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const { hasReplica = false, settings = {} } = options;
    const servers: RedisServer[] = [];
    // One after the other, since a port is free only until somebody else listens.
    for (let index = 0; index < MASTERS + Number(hasReplica); index++) {
      servers.push(await startServer(settings));
    }
    const cluster = new RedisCluster(servers.slice(0, MASTERS), servers.slice(MASTERS));
    try {
      await cluster.#join();
      if (!hasReplica) await cluster.#becomePatient();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** What node-redis takes as `rootNodes`. */
  get nodes(): { url: string }[] {
    return this.#servers.map(({ url }) => ({ url }));
  }

  /** The master that has a key. */
  async masterOf(key: string): Promise<RedisServer> {
    const slot = Number(
      (await sendToRedis(this.masters[0]!.port, 'CLUSTER', 'KEYSLOT', key)).slice(1),
    );
    return this.masters[Math.floor((slot * MASTERS) / SLOTS)]!;
  }

  /** Ends all servers for good and removes their files. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  get #servers(): readonly RedisServer[] {
    return [...this.masters, ...this.replicas];
  }

  async #join(): Promise<void> {
    const [first] = this.masters;
    for (const [index, { port }] of this.masters.entries()) {
      const from = Math.ceil((index * SLOTS) / MASTERS);
      const to = Math.ceil(((index + 1) * SLOTS) / MASTERS) - 1;
      await command(port, 'CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
      await command(port, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    }
    for (const { port } of this.#servers) {
      await command(port, 'CLUSTER', 'MEET', '127.0.0.1', String(first!.port));
    }
    await Promise.all(this.#servers.map(({ port }) => this.#knowsAll(port)));
    const [, id] = /\n(\w{40})/.exec(await sendToRedis(first!.port, 'CLUSTER', 'MYID')) ?? [];
    for (const { port } of this.replicas) await command(port, 'CLUSTER', 'REPLICATE', id!);
    await Promise.all(this.#servers.map(({ port }) => says(port, 'cluster_state:ok')));
    for (const { port } of this.replicas) {
      await until(async () =>
        (await sendToRedis(port, 'INFO', 'replication')).includes('link_status:up'),
      );
    }
  }

  async #becomePatient(): Promise<void> {
    for (const { port } of this.#servers) {
      await command(port, 'CONFIG', 'SET', 'cluster-node-timeout', String(PATIENT_MS));
    }
  }

  #knowsAll(port: number): Promise<void> {
    return says(port, `cluster_known_nodes:${this.#servers.length}\r`);
  }
}

async function startServer(settings: Readonly<Record<string, string>>): Promise<RedisServer> {
  return RedisServer.start({
    port: await freePort(BUS_OFFSET),
    settings: {
      'cluster-enabled': 'yes',
      'cluster-node-timeout': String(NODE_TIMEOUT_MS),
      'repl-diskless-sync-delay': '0',
      ...settings,
    },
  });
}

async function command(port: number, ...args: readonly string[]): Promise<void> {
  const answer = await sendToRedis(port, ...args);
  if (answer !== '+OK') throw new Error(`${args.join(' ')}: ${answer}`);
}

function says(port: number, text: string): Promise<void> {
  return until(async () => (await sendToRedis(port, 'CLUSTER', 'INFO')).includes(text));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('The cluster does not come up');
    await delay(POLL_MS);
  }
}
