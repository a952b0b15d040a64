import { fileURLToPath } from 'node:url';
import { type ServerProcess, startServerProcess } from '../../support/server-process.js';

/** A built sample, started as its user starts it. */
export class Sample {
  private constructor(
    private readonly script: string,
    private process: ServerProcess,
  ) {}

  /** @param name the sample's folder */
  static async start(name: string): Promise<Sample> {
    const script = fileURLToPath(new URL(`../../../sample/${name}/dist/main.js`, import.meta.url));
    return new Sample(script, await startServerProcess(script, { env: { PORT: '0' } }));
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
      env: { PORT: String(this.process.port) },
    });
  }
}
