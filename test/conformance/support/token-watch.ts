import { readFile } from 'node:fs/promises';
import type { WebSocket } from 'ws';
import { SentinelWatch } from '../../support/sentinel.js';
import type { Deployment } from './deployment.js';

/** What a server says of itself over HTTP. */
const REPORTS = ['/health', '/metrics', '/users'];

/** Looks for the tokens of the tests in what clients are sent and, of servers that the project has started, everywhere else. */
export class TokenWatch {
  readonly #watch = new SentinelWatch();
  #deployment: Deployment | undefined;

  /** Begins to look at what the Redis of a deployment is told, if there is one. */
  async begin(deployment: Deployment | undefined): Promise<void> {
    if (deployment === undefined) return;
    this.#deployment = deployment;
    await this.#watch.monitor(Number(new URL(deployment.redisUrl).port));
  }

  /** Looks at everything that a client is sent. */
  listen(socket: WebSocket): void {
    this.#watch.listen(socket);
  }

  /** Looks at logs and reports, and tells where a token was found. */
  async end(nodes: readonly URL[]): Promise<readonly string[]> {
    this.#watch.stop();
    if (this.#deployment === undefined) return this.#watch.hits;
    this.#watch.read('the log', await readFile(this.#deployment.log));
    for (const { host } of nodes) {
      for (const path of REPORTS) {
        this.#watch.read(path, await (await fetch(`http://${host}${path}`)).text());
      }
    }
    return this.#watch.hits;
  }
}
