import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RedisServer } from './redis-server.js';
import { runCommand } from './run-command.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CONFIG = 'test/conformance/rolldown.config.js';
const SCRIPT = resolve(ROOT, 'test/conformance/dist/test/conformance/reference-server.js');
const LOG = 'log';

/** Reference servers in processes of their own on one Redis. */
export class ReferenceProcesses {
  private constructor(
    readonly redis: RedisServer,
    readonly servers: readonly ServerProcess[],
    private readonly folder: string,
  ) {}

  /** Compiles the reference server, and starts a Redis and that many processes. */
  static async start(count: number): Promise<ReferenceProcesses> {
    const [redis] = await Promise.all([
      RedisServer.start(),
      runCommand('npx', ['--no-install', 'rolldown', '-c', CONFIG], ROOT),
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'bounce-ws-servers-'));
    const options = { env: { PORT: '0', REDIS_URL: redis.url }, log: join(folder, LOG) };
    const started = Array.from({ length: count }, () => startServerProcess(SCRIPT, options));
    return new ReferenceProcesses(redis, await Promise.all(started), folder);
  }

  /** The file with everything that they write. */
  get log(): string {
    return join(this.folder, LOG);
  }

  /** The addresses of their endpoints `/ws`. */
  get urls(): string[] {
    return this.servers.map(({ url }) => `${url}/ws`);
  }

  /** Stops all of them, and then the Redis. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.redis.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
