import { fileURLToPath } from 'node:url';
import { type ServerProcess, startServerProcess } from '../../support/server-process.js';

/** A built sample, started as its user starts it. */
export class Sample {
  private constructor(
    private readonly script: string,
    private readonly env: Readonly<Record<string, string>>,
    private process: ServerProcess,
  ) {}

  /** @param name the sample's folder @param env added to its environment */
  static async start(name: string, env: Readonly<Record<string, string>> = {}): Promise<Sample> {
    const script = fileURLToPath(new URL(`../../../sample/${name}/dist/main.js`, import.meta.url));
    const process = await startServerProcess(script, { env: { ...env, PORT: '0' } });
    return new Sample(script, env, process);
  }

  get url(): string {
    return `http://localhost:${this.process.port}/`;
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Starts it again after {@link stop}, on the port it had. */
  async startAgain(): Promise<void> {
    this.process = await startServerProcess(this.script, {
      env: { ...this.env, PORT: String(this.process.port) },
    });
  }
}
