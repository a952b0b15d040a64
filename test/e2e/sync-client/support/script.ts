import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../../..');

/**
 * What every script begins with. `say` hands a value to the test, also while the script blocks; `sleep` blocks without looking at
 * any client; `caught` makes one of what
 * a call throws.
 */
const PRELUDE = `
import { writeSync } from 'node:fs';
import { BounceWsError, ConnectionError, SyncBounceClient } from 'bounce-ws/client/sync';
const [, url] = process.argv;
const say = (value) => writeSync(1, JSON.stringify(value ?? null) + '\\n');
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const caught = (call) => {
  try {
    call();
    return null;
  } catch (error) {
    return { name: error.name, message: error.message, ...error };
  }
};
`;

/** How a script ended. */
export interface ScriptEnd {
  /** Its exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly stderr: string;
}

/** A script of plain JavaScript in a process of its own, with the built package: it may block as long as it likes. */
export class Script {
  readonly #said: unknown[] = [];
  readonly #listeners: ((value: unknown) => void)[] = [];
  /** Fulfilled when the process is gone. */
  readonly ended: Promise<ScriptEnd>;

  constructor(private readonly process: ChildProcess) {
    createInterface({ input: process.stdout! }).on('line', (line) => this.#hear(line));
    let stderr = '';
    process.stderr!.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    this.ended = once(process, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  }

  /** The next thing the script says, or said and nobody took. Rejects when it ends without. */
  async next(): Promise<unknown> {
    if (this.#said.length > 0) return this.#said.shift();
    const said = new Promise((hear) => {
      this.#listeners.push(hear);
    });
    const silent = this.ended.then(({ code, stderr }) => {
      // What it said last may be in the same turn.
      if (this.#said.length > 0) return this.#said.shift();
      throw new Error(`The script ended with ${code} and said nothing more:\n${stderr}`);
    });
    return Promise.race([said, silent]);
  }

  /** Everything it has said that nobody took. */
  get rest(): readonly unknown[] {
    return this.#said;
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  #hear(line: string): void {
    const value: unknown = JSON.parse(line);
    const listener = this.#listeners.shift();
    if (listener === undefined) this.#said.push(value);
    else listener(value);
  }
}

/** Starts scripts; those that a test leaves running are killed after it. */
export interface Scripts {
  start(url: string, body: string): Script;
  /** Runs one to its end. @returns All it said. @throws Error when it does not end with 0, or complains */
  run(url: string, body: string): Promise<readonly unknown[]>;
}

/** Gives a test file scripts. */
export function useScripts(): Scripts {
  const running = new Set<ChildProcess>();
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  const start = (url: string, body: string): Script => {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', `${PRELUDE}${body}`, url],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    running.add(child);
    child.once('exit', () => running.delete(child));
    return new Script(child);
  };
  return {
    start,
    async run(url, body) {
      const script = start(url, body);
      const { code, stderr } = await script.ended;
      if (code !== 0 || stderr !== '') throw new Error(`The script ended with ${code}:\n${stderr}`);
      return script.rest;
    },
  };
}
