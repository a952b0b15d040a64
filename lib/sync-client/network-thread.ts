import { Worker } from 'node:worker_threads';
import type { OpenCommand, ThreadCommand } from './channel.interface.js';

/** A connection as the end of the process sees it. */
export interface OpenConnection {
  /** Starts the close handshake. */
  startClosing(code: number, reason: string): void;
  /** Blocks until the connection is gone, or that time of `performance.now()` has come. */
  waitUntilClosed(deadline: number): void;
}

const GOODBYE_TIMEOUT_MS = 500;
const GOING_AWAY = 1001;

/** The one thread that owns the sockets of all clients of the calling thread. It lives as long as there are any. */
class NetworkThread {
  readonly #connections = new Set<OpenConnection>();
  #worker: Worker | undefined;

  open(connection: OpenConnection, command: OpenCommand): void {
    if (this.#worker === undefined) {
      this.#worker = startWorker();
      process.on('exit', this.#sayGoodbye);
    }
    // First of all, for what another thread cannot be told makes it throw.
    this.#worker.postMessage(command satisfies ThreadCommand, [command.port]);
    this.#connections.add(connection);
  }

  /** The connection is gone. The thread ends with the last one. */
  release(connection: OpenConnection): void {
    if (!this.#connections.delete(connection) || this.#connections.size > 0) return;
    process.off('exit', this.#sayGoodbye);
    this.#worker?.postMessage('end' satisfies ThreadCommand);
    this.#worker = undefined;
  }

  // A script that ends without closing its clients still takes leave: its servers see 1001 and not 1006.
  readonly #sayGoodbye = (): void => {
    const deadline = performance.now() + GOODBYE_TIMEOUT_MS;
    const connections = [...this.#connections];
    for (const connection of connections) connection.startClosing(GOING_AWAY, '');
    for (const connection of connections) connection.waitUntilClosed(deadline);
  };
}

function startWorker(): Worker {
  // No flags of the script: `--input-type`, `--eval` and the like are not meant for this file.
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    name: 'bounce-ws',
    execArgv: [],
  });
  // An open client does not keep a script from ending.
  worker.unref();
  return worker;
}

/** Shared by all clients, as the process and its end are. */
export const networkThread = new NetworkThread();
