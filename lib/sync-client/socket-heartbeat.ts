import { WebSocket } from 'ws';
import type { SyncHeartbeatOptions } from './sync-client.options.js';

// A timer that is this late was held up together with everything else (a stopped process, a sleeping computer): the pong
// may be waiting behind it, so the silence proves nothing.
const LATE_MS = 1_000;

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
    const dueAt = performance.now() + this.options.timeoutMs;
    this.#verdict = setTimeout(() => {
      if (this.socket.isPaused || performance.now() - dueAt > LATE_MS) this.seen();
      else this.dead();
    }, this.options.timeoutMs);
  }
}
