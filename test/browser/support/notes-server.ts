import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { SECRET } from '../../support/tokens.js';

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const SOURCE = source('fixtures/reconnect/server.ts');
const BUILT = source('fixtures/dist/reconnect-server.js');

/** The server of `fixtures/reconnect`, in a process of its own, so that it can be killed like one. */
export class NotesServer {
  private constructor(
    private readonly process: ChildProcess,
    readonly port: number,
  ) {}

  /** Compiles it for the package as it was built. To be called once, before the first {@link start}. */
  static async build(): Promise<void> {
    const build = await rolldown({
      input: SOURCE,
      platform: 'node',
      tsconfig: source('../../tsconfig.json'),
      external: (id) => !/^(\.|\/|@oxc-project\/runtime\/)/.test(id),
    });
    await build.write({ file: BUILT, format: 'esm' });
    await build.close();
  }

  /** Starts it; resolves when it listens. @param port 0 takes a free one */
  static async start(port = 0): Promise<NotesServer> {
    const child = fork(BUILT, {
      env: { ...process.env, PORT: String(port), SECRET },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The server ended with ${code} before it listened`);
    });
    const [listening] = (await Promise.race([once(child, 'message'), ended])) as [number];
    ended.catch(() => undefined);
    return new NotesServer(child, listening);
  }

  /** Kills it: what it has not sent by then, a close frame for instance, is never sent. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Asks it to end, and waits until it has. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }
}
