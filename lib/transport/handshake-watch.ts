import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { refuse } from './refusal.js';

/**
 * Ends connections that do not get their first request out in time: silent ones, and those that drip a byte now and
 * then. Node's own `headersTimeout` is a minute, looked at every half a minute.
 */
export class HandshakeWatch {
  readonly #timers = new Map<Socket, NodeJS.Timeout>();
  readonly #event: 'connection' | 'secureConnection';

  constructor(
    private readonly server: Server,
    private readonly timeoutMs: number,
  ) {
    this.#event = server instanceof TlsServer ? 'secureConnection' : 'connection';
    server.on(this.#event, this.#onConnection).on('request', this.#onRequest);
  }

  /** The request of this connection is complete. To be called for upgrades, which are no `request`. */
  passed(request: IncomingMessage): void {
    clearTimeout(this.#timers.get(request.socket));
    this.#timers.delete(request.socket);
  }

  /** Takes the watch off the server. */
  stop(): void {
    this.server.off(this.#event, this.#onConnection).off('request', this.#onRequest);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  readonly #onConnection = (socket: Socket): void => {
    const timer = setTimeout(() => {
      this.#timers.delete(socket);
      refuse(socket, { status: 408, message: 'The request took too long' });
    }, this.timeoutMs);
    this.#timers.set(socket, timer);
  };

  readonly #onRequest = (request: IncomingMessage): void => this.passed(request);
}
