import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Vitals } from './hold.server.js';

/** The server under load, in a process of its own. */
export class HeldServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<HeldServer> {
    const script = fileURLToPath(new URL('hold.server.js', import.meta.url));
    const child = fork(script, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const [port] = (await once(child, 'message')) as [number];
    return new HeldServer(child, port);
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** How it is now, after a garbage collection. */
  async vitals(): Promise<Vitals> {
    this.child.send('vitals');
    const [answer] = (await once(this.child, 'message')) as [Vitals];
    return answer;
  }

  /** CPU time that it has used, in milliseconds. */
  async cpuMs(): Promise<number> {
    this.child.send('cpu');
    const [answer] = (await once(this.child, 'message')) as [number];
    return answer;
  }

  /** Stops it as a deployment does. @returns how long that took, in milliseconds */
  async stop(): Promise<number> {
    const startedAt = performance.now();
    const exited = once(this.child, 'exit');
    this.child.send('stop');
    await exited;
    return performance.now() - startedAt;
  }
}
