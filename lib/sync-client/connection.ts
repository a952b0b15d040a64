import { type MessagePort, MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { BounceWsError } from '../protocol/bounce-ws.error.js';
import {
  type Arrival,
  type Closed,
  type ConnectionCommand,
  unreadSize,
} from './channel.interface.js';
import { notOpened, notOpenedInTime, tooMuchUnread } from './connection-error.js';
import { describeUrl } from './describe-url.js';
import { networkThread } from './network-thread.js';
import { ReadyState } from './ready-state.constants.js';
import { SharedState } from './shared-state.js';
import type { ResolvedSyncClientOptions } from './sync-client.options.js';

const CONNECT_TIMEOUT = 'connect timeout';

/** The calling thread's end of one connection. What it does not have yet it blocks for. */
export class Connection {
  readonly #state = new SharedState();
  readonly #port: MessagePort;
  #closed: Closed | undefined;
  /** The subprotocol the server chose, or `''`. */
  readonly protocol: string;

  /** Blocks until the connection is open. @throws ConnectionError when it does not open */
  constructor(
    url: string,
    private readonly options: ResolvedSyncClientOptions,
  ) {
    const { protocols, headers, maxPayloadBytes, maxUnreadBytes, heartbeat } = options;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    networkThread.open(this, {
      url,
      protocols,
      headers,
      maxPayloadBytes,
      maxUnreadBytes,
      heartbeat,
      memory: this.#state.memory,
      port: port2,
    });
    this.protocol = this.#waitUntilOpen(url);
  }

  get readyState(): ReadyState {
    return this.#state.readyState;
  }

  /** What was sent and has not left the process, in bytes. */
  get unsentBytes(): number {
    return this.#state.unsent;
  }

  /** Whether so much is unread that nothing more arrives. */
  get isFull(): boolean {
    return this.#state.isPaused && this.#state.unread > this.options.maxUnreadBytes / 2;
  }

  /** How the connection ended, once everything before that was read. */
  get closed(): Closed | undefined {
    return this.#closed;
  }

  /**
   * Sends a frame; blocks while too much waits to be sent, at most until that time of `performance.now()`.
   *
   * @returns Whether there was an open connection to take it
   * @throws BounceWsError `limit_exceeded` when the server does not read because the application does not, `timeout`
   */
  send(frame: string | Uint8Array, deadline = Infinity): boolean {
    const { maxUnsentBytes, maxUnreadBytes, requestTimeoutMs } = this.options;
    const isRoom = this.#state.waitUntilSent(maxUnsentBytes, requestTimeoutMs, deadline);
    if (!this.#isOpen) return false;
    if (!isRoom && this.#state.isPaused) throw tooMuchUnread(maxUnreadBytes);
    if (!isRoom) throw new BounceWsError('timeout', 'The server did not read in time');
    this.#state.addUnsent(Buffer.byteLength(frame));
    if (typeof frame === 'string') this.#post(frame);
    else {
      // A copy, so that the caller may write over its own bytes at once.
      const bytes = new Uint8Array(frame);
      this.#post(bytes, [bytes.buffer]);
    }
    return true;
  }

  /**
   * The next thing that arrived. Blocks until there is one, the connection is gone and everything was read, or that time
   * of `performance.now()` has come; a time in the past does not block.
   *
   * @param endsWhenFull return also when so much is unread that the network thread has stopped reading
   */
  next(deadline: number, endsWhenFull = false): Arrival | undefined {
    while (this.#closed === undefined) {
      const seen = this.#state.sequence;
      // Asked before the port: whatever came before the pause is then found there.
      const isFull = endsWhenFull && this.isFull;
      const received = receiveMessageOnPort(this.#port);
      if (received !== undefined) return this.#accept(received.message as Arrival);
      if (isFull) return undefined;
      const timeoutMs = deadline === Infinity ? Infinity : deadline - performance.now();
      if (timeoutMs <= 0) return undefined;
      this.#state.waitForChange(seen, timeoutMs);
    }
    return undefined;
  }

  /** A frame was handed out to the application, so there is room for another. */
  handedOut(frame: string | Uint8Array): void {
    const unread = this.#state.addUnread(-unreadSize(frame));
    if (!this.#state.isPaused || unread > this.options.maxUnreadBytes / 2) return;
    if (this.#state.endPause()) this.#post({ type: 'resume' });
  }

  /** Starts the close handshake; what is read afterwards was on its way. */
  startClosing(code: number, reason: string): void {
    if (this.#state.startClosing()) this.#post({ type: 'close', code, reason });
  }

  /** Ends the connection without a handshake. */
  drop(reason: string): void {
    if (this.#closed === undefined) this.#post({ type: 'drop', reason });
  }

  /** Takes the connection for gone, whatever the network thread makes of it. */
  giveUp(reason: string): Closed {
    this.#state.readyState = ReadyState.Closed;
    this.#closed = { type: 'closed', code: 1006, reason, isFailure: true, status: undefined };
    this.#release();
    return this.#closed;
  }

  /** Blocks until the connection is gone, whatever else arrives, or that time of `performance.now()` has come. */
  waitUntilClosed(deadline: number): void {
    while (this.next(deadline) !== undefined && performance.now() < deadline);
  }

  get #isOpen(): boolean {
    return this.#state.readyState === ReadyState.Open;
  }

  #waitUntilOpen(url: string): string {
    const { connectTimeoutMs } = this.options;
    const arrival = this.next(performance.now() + connectTimeoutMs);
    if (typeof arrival === 'object' && 'protocol' in arrival) return arrival.protocol;
    if (this.#closed !== undefined) throw notOpened(describeUrl(url), this.#closed);
    this.drop(CONNECT_TIMEOUT);
    this.giveUp(CONNECT_TIMEOUT);
    throw notOpenedInTime(describeUrl(url), connectTimeoutMs);
  }

  #accept(arrival: Arrival): Arrival {
    if (typeof arrival === 'object' && 'isFailure' in arrival) {
      this.#closed = arrival;
      this.#release();
    }
    return arrival;
  }

  #release(): void {
    this.#port.close();
    networkThread.release(this);
  }

  #post(command: ConnectionCommand, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(command, transfer);
  }
}
