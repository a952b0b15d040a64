import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { findSystemTool, REDIS_SERVER } from './system-tool.js';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 20;
const ANSWER_TIMEOUT_MS = 1_000;

/** Nothing is kept on disk. */
const VOLATILE = { save: '', appendonly: 'no' };

/** What {@link RedisServer.start} takes. */
export interface RedisServerOptions {
  /** The server's settings, as in its configuration file: `{ 'maxmemory': '10mb' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether it is a sentinel, and no Redis. */
  readonly isSentinel?: boolean;
  /** Where it listens; a free port when it is not said. */
  readonly port?: number;
}

/**
 * A Redis of a test's own, on a free port, that keeps nothing on disk. What can happen to one happens here to a real one.
 *
 * @example
 * const redis = await RedisServer.start();
 * afterAll(() => redis.stop());
 * await redis.kill(); // SIGKILL; its data is gone
 * await redis.restart(); // the same port, empty
 */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly command: string,
    private readonly folder: string,
    readonly port: number,
    private readonly isSentinel: boolean,
  ) {}

  /** Starts a server and resolves when it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const { settings = {}, isSentinel = false, port = await freePort() } = options;
    const command = await findSystemTool(REDIS_SERVER);
    const folder = await mkdtemp(join(tmpdir(), 'bounce-ws-redis-'));
    const server = new RedisServer(command, folder, port, isSentinel);
    await server.#configure({ ...(isSentinel ? {} : VOLATILE), ...settings });
    await server.restart();
    return server;
  }

  /** `redis://127.0.0.1:port` */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again, empty and on the same port, after {@link kill}. */
  async restart(): Promise<void> {
    const mode = this.isSentinel ? ['--sentinel'] : [];
    const child = spawn(this.command, [this.#file, ...mode], { stdio: 'ignore' });
    this.#process = child;
    const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(this.port))) {
      if (isOver()) throw new Error(`redis-server ended with ${child.exitCode}`);
      if (performance.now() > deadline) throw new Error('redis-server does not answer');
      await delay(POLL_MS);
    }
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Stops it in its tracks: connections stay, and nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it for good and removes its files. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.folder, 'redis.conf');
  }

  // Once: sentinels, and the servers that they command, keep what they know in there.
  #configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const all = { port: String(this.port), bind: '127.0.0.1', dir: this.folder, ...settings };
    const lines = Object.entries(all).map(
      ([name, value]) => `${name} ${value === '' ? '""' : value}`,
    );
    return writeFile(this.#file, `${lines.join('\n')}\n`);
  }
}

/** Whether a Redis answers there: it may listen and still be loading. */
async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data', {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    })) as [Buffer];
    // A server with a password answers with an error, which is an answer.
    return /^[+-](PONG|NOAUTH)/.test(reply.toString());
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
