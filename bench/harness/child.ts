import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AnswerMessage, ArgumentsOf, CallMessage, ResultOf } from './remote-calls.js';

/** How a child process is started. */
export interface ChildOptions {
  /** The compiled program. */
  readonly program: URL;
  readonly args?: readonly string[];
  readonly nodeFlags?: readonly string[];
  /** What its environment has besides that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The core it is bound to; `undefined` where cores cannot be chosen. */
  readonly core: number | undefined;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Nothing in a benchmark takes longer; something hangs. */
const CALL_TIMEOUT_MS = 90_000;
const EXIT_TIMEOUT_MS = 10_000;

/** A process of its own whose functions can be called. */
export class Child<T extends object> {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;

  constructor(private readonly options: ChildOptions) {
    const { program, args = [], nodeFlags = [], env, core } = options;
    const command = [process.execPath, ...nodeFlags, fileURLToPath(program), ...args];
    if (core !== undefined) command.unshift('taskset', '-c', String(core));
    const [file, ...rest] = command;
    this.#process = spawn(file!, rest, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...env, NODE_ENV: 'production' },
    });
    this.#process.on('message', (message) => this.#settle(message as AnswerMessage));
    this.#process.on('error', (error) => this.#fail(error));
    this.#process.on('exit', (code) => this.#fail(new Error(`It ended with ${code}`)));
  }

  /** Calls a function over there. @throws Error when it fails, the process ends, or nothing comes back for too long */
  async call<K extends keyof T & string>(
    name: K,
    ...args: ArgumentsOf<T[K]>
  ): Promise<ResultOf<T[K]>> {
    const id = this.#nextId++;
    const where = `${this.options.program.pathname.split('/').slice(-2).join('/')} ${name}()`;
    let timer: NodeJS.Timeout | undefined;
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        timer = setTimeout(() => reject(new Error('No answer')), CALL_TIMEOUT_MS);
        const message: CallMessage = { id, name, args };
        this.#process.send(message);
      });
      return result as ResultOf<T[K]>;
    } catch (cause) {
      throw new Error(
        `${where} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          cause,
        },
      );
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  /** Ends it, and waits until it has. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), EXIT_TIMEOUT_MS);
    if (this.#process.connected) this.#process.disconnect();
    await exited;
    clearTimeout(timer);
  }

  #settle({ id, result, error }: AnswerMessage): void {
    const pending = this.#pending.get(id);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new Error(error));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
