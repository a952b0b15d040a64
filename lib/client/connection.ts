import { BackOff } from './back-off.js';
import { ClientSocket, type ClientSocketEvents, type SocketEnd } from './client-socket.js';
import type { ResolvedClientOptions } from './client.options.js';
import type { ClientState, CloseInfo, StateChange } from './client-state.js';
import { Heartbeat } from './heartbeat.js';
import { stayAwayMs } from './reconnect-policy.js';
import { watchWakeUps } from './wake-up.js';
import {
  CLOSED,
  CLOSING,
  CONNECTING,
  OPEN,
  type Frame,
  type ReadyState,
  type WebSocketLike,
} from './web-socket-like.interface.js';

/** What a {@link Connection} announces. */
export interface ConnectionEvents extends Pick<ClientSocketEvents, 'address' | 'binaryType'> {
  /** A socket is open; the state is not `connected` yet, so what is sent now goes before everything else. */
  opened(): void;
  frame(data: unknown): void;
  changed(change: StateChange): void;
  /** A socket, or an attempt to open one, has ended, and the state says what follows. After `close` it may take a moment. */
  ended(end: SocketEnd): void;
  /** Send something that the server answers. */
  ping(): void;
}

/** Keeps one connection alive: opens sockets one after the other, and decides when, and whether, the next one comes. */
export class Connection {
  #state: ClientState = 'idle';
  #socket: ClientSocket | undefined;
  #closing: ClientSocket | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lastClose: CloseInfo = { code: 0, reason: '' };
  #mayHurry = true;
  #isUrgent = false;
  #stopWakeUps: (() => void) | undefined;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #backOff: BackOff | undefined;

  constructor(
    private readonly options: ResolvedClientOptions,
    private readonly events: ConnectionEvents,
  ) {
    const { heartbeat, reconnect } = options;
    this.#backOff = reconnect === false ? undefined : new BackOff(reconnect);
    this.#heartbeat =
      heartbeat === false
        ? undefined
        : new Heartbeat(heartbeat, {
            ping: () => events.ping(),
            dead: () => this.#socket?.drop('heartbeat timeout'),
          });
  }

  get state(): ClientState {
    return this.#state;
  }

  /** How the latest connection ended; code 0 while none has. */
  get lastClose(): CloseInfo {
    return this.#lastClose;
  }

  /** What `readyState` of a WebSocket would be if it came back like this. */
  get readyState(): ReadyState {
    if (this.#state === 'connected') return this.isOpen ? OPEN : CLOSING;
    if (this.#state === 'connecting' || this.#state === 'disconnected') return CONNECTING;
    return this.#closing === undefined ? CLOSED : CLOSING;
  }

  /** The WebSocket in use, if there is one. */
  get webSocket(): WebSocketLike | undefined {
    return (this.#socket ?? this.#closing)?.webSocket;
  }

  /** Whether a frame sent now reaches the socket. Already false while a close handshake runs. */
  get isOpen(): boolean {
    return this.#socket?.isOpen === true;
  }

  /** Connects, or hurries the next attempt up; harmless while connecting or connected. */
  connect(): void {
    // Who watches the sockets hears of the end of one before the begin of the next.
    if (this.#closing !== undefined) {
      this.#ended(this.#closing, { ...this.#lastClose, wasClean: false });
    }
    if (this.#socket !== undefined) return;
    if (this.#state !== 'disconnected') this.#lastClose = { code: 0, reason: '' };
    this.#stopWakeUps ??= watchWakeUps(() => this.#wakeUp());
    this.#open();
  }

  /** Sends a frame. @returns Whether there was an open socket to take it */
  send(frame: Frame): boolean {
    if (!this.isOpen) return false;
    this.webSocket?.send(frame);
    return true;
  }

  /** Ends the connection for good. @throws DOMException or TypeError on a code or reason that no close frame can hold */
  close(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    const socket = this.#socket;
    socket?.close(code, reason);
    this.#closing = socket;
    this.#socket = undefined;
    this.#heartbeat?.stop();
    this.#settle({ code, reason });
    // Whoever closes waits for the end, also of a connection that was only to come.
    if (socket === undefined) {
      queueMicrotask(() => this.events.ended({ code, reason, wasClean: true }));
    }
  }

  #open(): void {
    clearTimeout(this.#retryTimer);
    this.#isUrgent = false;
    this.#change('connecting', this.#lastClose);
    // A listener may have closed, or closed and connected again.
    if (this.#state !== 'connecting' || this.#socket !== undefined) return;
    const socket = new ClientSocket(this.options, {
      ...this.events,
      opened: () => this.#opened(),
      message: (data) => this.#received(data),
      closed: (end) => this.#ended(socket, end),
    });
    this.#socket = socket;
  }

  #opened(): void {
    this.#backOff?.opened();
    this.#heartbeat?.start();
    this.events.opened();
    this.#change('connected', { code: 0, reason: '' });
  }

  #received(data: unknown): void {
    this.#heartbeat?.seen();
    this.events.frame(data);
  }

  #ended(socket: ClientSocket, end: SocketEnd): void {
    if (socket === this.#socket) this.#lost(end);
    else if (socket === this.#closing) this.#closing = undefined;
    else return;
    this.events.ended(end);
  }

  #lost({ code, reason }: CloseInfo): void {
    this.#socket = undefined;
    this.#heartbeat?.stop();
    this.#lastClose = { code, reason };
    const { reconnect, getToken } = this.options;
    const maxDelayMs = reconnect === false ? Infinity : reconnect.maxDelayMs;
    const awayMs = stayAwayMs(this.#lastClose, maxDelayMs, getToken !== undefined);
    const delayMs = awayMs + (this.#backOff?.next() ?? Infinity);
    if (delayMs === Infinity) {
      this.#settle(this.#lastClose);
      return;
    }
    this.#mayHurry = awayMs === 0;
    // Before the listeners are told, so that one that closes the client stops this timer too.
    this.#retryTimer = setTimeout(
      () => this.#open(),
      this.#isUrgent && this.#mayHurry ? 0 : delayMs,
    );
    this.#change('disconnected', this.#lastClose);
  }

  #settle(close: CloseInfo): void {
    clearTimeout(this.#retryTimer);
    this.#stopWakeUps?.();
    this.#stopWakeUps = undefined;
    this.#lastClose = close;
    this.#change('closed', close);
  }

  #wakeUp(): void {
    if (this.#state === 'connected') this.#heartbeat?.probe();
    // The attempt under way may have begun without a network: when it fails, the next one follows at once.
    else if (this.#state === 'connecting') this.#isUrgent = true;
    else if (this.#mayHurry) this.#open();
  }

  #change(state: ClientState, { code, reason }: CloseInfo): void {
    const previous = this.#state;
    this.#state = state;
    this.events.changed({ state, previous, code, reason });
  }
}
