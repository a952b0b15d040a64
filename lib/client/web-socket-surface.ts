import type { ClientCore } from './client-core.js';
import type { SocketEventListener, SocketEventMap } from './socket-events.interface.js';
import { CLOSED, CLOSING, CONNECTING, OPEN, type ReadyState } from './web-socket-like.interface.js';

/**
 * The half of a client that looks like a browser's WebSocket, one that comes back when the connection is lost. It needs no
 * promises and knows nothing of events: `onmessage` gets every frame, `sendRaw` sends one.
 *
 * @example
 * class Log extends BounceClient {
 *   override onopen() { this.sendRaw('hello'); }
 *   override onmessage({ data }: SocketMessageEvent) { console.log(data); }
 * }
 */
export abstract class WebSocketSurface {
  /** A connection is being opened, or the next attempt is waiting for its turn. */
  static readonly CONNECTING = CONNECTING;
  /** Frames flow. */
  static readonly OPEN = OPEN;
  /** The close handshake runs. */
  static readonly CLOSING = CLOSING;
  /** Never opened, or over: no attempt follows. */
  static readonly CLOSED = CLOSED;

  readonly CONNECTING = CONNECTING;
  readonly OPEN = OPEN;
  readonly CLOSING = CLOSING;
  readonly CLOSED = CLOSED;

  /** The absolute address of the server, as it was given: a token of `getToken` is not in it. */
  readonly url: string;
  /** What binary frames are delivered as, from the next connection on. */
  binaryType: 'arraybuffer' | 'blob' = 'arraybuffer';
  readonly #core: ClientCore;

  /** @internal */
  constructor(core: ClientCore) {
    this.#core = core;
    this.url = core.url;
    core.socketEvents.target = this;
  }

  /** Called when a connection is open, the first as well as every later one. To be assigned, or overridden. */
  onopen?(event: SocketEventMap['open']): unknown;
  /** Called with every frame that arrives, before the event handlers. To be assigned, or overridden. */
  onmessage?(event: SocketEventMap['message']): unknown;
  /** Called when a connection, or an attempt, fails; {@link onclose} follows. To be assigned, or overridden. */
  onerror?(event: SocketEventMap['error']): unknown;
  /** Called when a connection, or an attempt, has ended; `readyState` says what follows. To be assigned, or overridden. */
  onclose?(event: SocketEventMap['close']): unknown;

  /** {@link CONNECTING}, {@link OPEN}, {@link CLOSING} or {@link CLOSED}; while waiting to reconnect it is CONNECTING. */
  get readyState(): ReadyState {
    return this.#core.connection.readyState;
  }

  /** The bytes that wait to be sent, those queued while not connected included. */
  get bufferedAmount(): number {
    const { connection, outbox } = this.#core;
    return outbox.queuedBytes + (connection.webSocket?.bufferedAmount ?? 0);
  }

  /** The subprotocol that the server chose; `''` without one. */
  get protocol(): string {
    return this.#core.connection.webSocket?.protocol ?? '';
  }

  /** Calls `listener` on every event of that type, after `on<type>`. Adding it twice has no effect. */
  addEventListener<TType extends keyof SocketEventMap>(
    type: TType,
    listener: SocketEventListener<TType>,
    options?: boolean | { readonly once?: boolean },
  ): void {
    const { listeners } = this.#core.socketEvents;
    const isOnce = typeof options === 'object' && options.once === true;
    if (!listeners.has(type, listener)) listeners.add(type, listener, isOnce);
  }

  /** Takes {@link addEventListener} back. */
  removeEventListener<TType extends keyof SocketEventMap>(
    type: TType,
    listener: SocketEventListener<TType>,
  ): void {
    this.#core.socketEvents.listeners.remove(type, listener);
  }

  /**
   * Sends one frame as it is: a text frame, or a binary one. While not connected it is queued together with everything
   * else that waits, and delivered at most once.
   *
   * @throws BounceWsError `limit_exceeded` when the queue is full, `unavailable` when the client is closed
   */
  sendRaw(data: string | Uint8Array): void {
    this.#core.outbox.raw(data);
  }

  /**
   * Closes for good: requests without an answer reject, queued messages are dropped. Listeners and subscriptions stay
   * for a later `connect()`; a token that was given is forgotten.
   *
   * @param code 1000 or 3000 to 4999
   * @param reason at most 123 bytes
   * @throws what the WebSocket throws on a code or reason that cannot be sent
   */
  close(code = 1000, reason = ''): void {
    this.#core.connection.close(code, reason);
  }
}
