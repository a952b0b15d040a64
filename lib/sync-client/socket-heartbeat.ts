import { WebSocket } from 'ws';
import type { SyncHeartbeatOptions } from './sync-client.options.js';

/** Sends pings and notices when they bring nothing back. */
export class SocketHeartbeat {
  #interval: NodeJS.Timeout | undefined;
  #verdict: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: Required<SyncHeartbeatOptions>,
    private readonly dead: () => void,
  ) {
    socket.on('pong', () => this.seen());
  }

  start(): void {
    this.#interval = setInterval(() => this.#ping(), this.options.intervalMs);
  }

  /** Something came from the server. */
  seen(): void {
    clearTimeout(this.#verdict);
    this.#verdict = undefined;
  }

  stop(): void {
    clearInterval(this.#interval);
    this.seen();
  }

  #ping(): void {
    // Who does not read cannot tell silence from talk.
    if (this.#verdict !== undefined || this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.isPaused) return;
    this.socket.ping();
    this.#verdict = setTimeout(() => {
      if (this.socket.isPaused) this.seen();
      else this.dead();
    }, this.options.timeoutMs);
  }
}
