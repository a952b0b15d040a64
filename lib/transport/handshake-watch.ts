import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { refuse } from './refusal.js';

/**
 * Ends connections that do not get their first request out in time: silent ones, and those that drip a byte now and
 * then. Node's own `headersTimeout` is a minute, looked at every half a minute.
 */
export class HandshakeWatch {
  // Every connection has the same time, so the one that came first is due first, and one timer is enough for all.
  readonly #dueAtMs = new Map<Socket, number>();
  readonly #event: 'connection' | 'secureConnection';
  // One listener for all sockets, which it gets as `this`.
  readonly #onClose: (this: Socket) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    private readonly timeoutMs: number,
  ) {
    const forget = (socket: Socket): void => this.#forget(socket);
    this.#onClose = function (this: Socket): void {
      forget(this);
    };
    this.#event = server instanceof TlsServer ? 'secureConnection' : 'connection';
    server.on(this.#event, this.#onConnection).on('request', this.#onRequest);
  }

  /** The request of this connection is complete. To be called for upgrades, which are no `request`. */
  passed({ socket }: IncomingMessage): void {
    this.#forget(socket);
    socket.off('close', this.#onClose);
  }

  /** Ends all connections that have not sent a request yet: a server that closes would wait for them. */
  endSilent(): void {
    for (const socket of this.#dueAtMs.keys()) socket.destroy();
  }

  /** Takes the watch off the server. */
  stop(): void {
    this.server.off(this.#event, this.#onConnection).off('request', this.#onRequest);
    this.#dueAtMs.clear();
    this.#rest();
  }

  readonly #onConnection = (socket: Socket): void => {
    this.#dueAtMs.set(socket, performance.now() + this.timeoutMs);
    socket.on('close', this.#onClose);
    if (this.#timer === undefined) this.#wakeIn(this.timeoutMs);
  };

  readonly #onRequest = (request: IncomingMessage): void => this.passed(request);

  readonly #look = (): void => {
    const now = performance.now();
    for (const [socket, dueAtMs] of this.#dueAtMs) {
      if (dueAtMs > now) {
        this.#wakeIn(dueAtMs - now);
        return;
      }
      this.#forget(socket);
      refuse(socket, { status: 408, message: 'The request took too long' });
    }
  };

  #forget(socket: Socket): void {
    if (this.#dueAtMs.delete(socket) && this.#dueAtMs.size === 0) this.#rest();
  }

  #wakeIn(ms: number): void {
    // A server that waits for requests is kept alive by its sockets, not by this.
    this.#timer = setTimeout(this.#look, Math.ceil(ms)).unref();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
