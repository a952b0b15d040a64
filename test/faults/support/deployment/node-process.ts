import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ServerProcess, startServerProcess } from '../../../support/server-process.js';
import type { NodeHealth, Possessions } from '../../node/inspection.interface.js';
import { builtScript } from './build-scripts.js';

const SCRIPT = 'main.js';
const SHIFTED_CLOCK = resolve(import.meta.dirname, '../../clock/shifted-clock.js');
const ANSWER_TIMEOUT_MS = 10_000;

/** A node says nothing but this, unless something went wrong that should not. */
const EXPECTED_LINE = /^listening on \d+$| WARN /;

/** One node of a deployment: a server process, and what it tells when it is asked. */
export class NodeProcess {
  #server: ServerProcess;
  #earlierOutput = '';
  #wasKilled = false;

  private constructor(
    private readonly redisUrl: string,
    private readonly clockShiftMs: number,
    server: ServerProcess,
  ) {
    this.#server = server;
  }

  /** @param clockShiftMs - by how much its clock is wrong */
  static async start(redisUrl: string, clockShiftMs = 0): Promise<NodeProcess> {
    return new NodeProcess(redisUrl, clockShiftMs, await launch(redisUrl, clockShiftMs, 0));
  }

  get port(): number {
    return this.#server.port;
  }

  /** Of the process that was started last. */
  get pid(): number {
    return this.#server.pid;
  }

  /** What it has written that a healthy process would not write. */
  get complaints(): string[] {
    const lines = (this.#earlierOutput + this.#server.output).split('\n');
    return lines.filter((line) => line !== '' && !EXPECTED_LINE.test(line));
  }

  health(): Promise<NodeHealth> {
    return this.#get('health');
  }

  /** The heap in use after a garbage collection, in bytes. */
  heap(): Promise<number> {
    return this.#get('heap');
  }

  /** How many `BounceSocket`s the garbage collector cannot take. */
  sockets(): Promise<number> {
    return this.#get('sockets');
  }

  possessions(): Promise<Possessions> {
    return this.#get('possessions');
  }

  /** Everybody who is online, on any node. */
  online(): Promise<string[]> {
    return this.#get('online');
  }

  /** Who shows up in each of these rooms, on any node. */
  rooms(names: readonly string[]): Promise<string[][]> {
    return this.#get(`rooms/${names.join()}`);
  }

  /** Who came (`+`) and went (`-`) since it was started, as far as it was told. */
  changes(): Promise<string[]> {
    return this.#get('changes');
  }

  /** Whether a process of this node ended without a word. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  /** SIGKILL, as a crash would. */
  kill(): Promise<void> {
    this.#wasKilled = true;
    return this.#server.kill();
  }

  /** SIGTERM. Rejects when that was not enough. */
  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Starts it again, on the same port. */
  async restart(): Promise<void> {
    this.#earlierOutput += this.#server.output;
    this.#server = await launch(this.redisUrl, this.clockShiftMs, this.port);
  }

  /** Stops it, if it runs. */
  async end(): Promise<void> {
    if (this.#server.isAlive) await this.stop();
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.port}/${path}`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

async function launch(
  redisUrl: string,
  clockShiftMs: number,
  port: number,
): Promise<ServerProcess> {
  const clock = clockShiftMs === 0 ? '' : ` --import ${pathToFileURL(SHIFTED_CLOCK).href}`;
  const env = {
    PORT: String(port),
    REDIS_URL: redisUrl,
    NO_COLOR: '1',
    // `v8.queryObjects()` is one.
    NODE_OPTIONS: `--disable-warning=ExperimentalWarning${clock}`,
    CLOCK_SHIFT_MS: String(clockShiftMs),
  };
  return startServerProcess(builtScript(SCRIPT), { env });
}
