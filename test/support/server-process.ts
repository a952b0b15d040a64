import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const STOP_TIMEOUT_MS = 10_000;

/** A server in a process of its own. */
export interface ServerProcess {
  /** The port it announced. */
  readonly port: number;
  /** `ws://127.0.0.1:port` */
  readonly url: string;
  /** Its process id. */
  readonly pid: number;
  /** What it has written so far, to standard output and to standard error. */
  readonly output: string;
  /** Whether it still runs. */
  readonly isAlive: boolean;
  /** Asks it to end (SIGTERM) and waits until it has. Rejects when it had to be killed. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL), as a crash would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** What {@link startServerProcess} takes beside the script. */
export interface ServerProcessOptions {
  readonly cwd?: string;
  /** Added to the environment of the test run. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file to which everything is added that it writes. */
  readonly log?: string;
}

/**
 * Starts a Node script that announces its port at the end of a line (`listening on 3999`, `http://localhost:3000`),
 * and resolves when it has.
 *
 * @throws Error with what the script wrote when it ends before that.
 */
export async function startServerProcess(
  script: string,
  { cwd, env, log }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [script], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (log !== undefined) {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => appendFileSync(log, chunk));
    }
  }
  const exited = once(child, 'exit');
  const output: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const port = await announcedPort(child, script, output);
  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    pid: child.pid!,
    get output() {
      return output.join('');
    },
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const lastResort = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      const [, signal] = (await exited) as [number | null, NodeJS.Signals | null];
      clearTimeout(lastResort);
      if (signal === 'SIGKILL') throw new Error(`${script} did not end when it was asked to`);
    },
  };
}

async function announcedPort(
  child: ChildProcess,
  script: string,
  output: string[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      output.push(`${line}\n`);
      const port = /(?:listening on |http:\/\/localhost:)(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('error', reject);
    child.once('close', (code) => {
      reject(new Error(`${script} ended with ${code} before it listened:\n${output.join('')}`));
    });
  });
}
