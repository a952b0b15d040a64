import type { CloseInfo } from './client-state.js';
import { BROKEN, NORMAL, TIMEOUT, TOO_BIG } from './close-codes.js';
import { isLarger } from './frame-size.js';
import {
  OPEN,
  type WebSocketConstructor,
  type WebSocketLike,
} from './web-socket-like.interface.js';

// A server that does not answer the close frame must not keep a process of Node alive.
const CLOSE_TIMEOUT_MS = 2_000;

// How `ws` calls a frame that is larger than its `maxPayload`.
const TOO_BIG_IN_WS = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** How a {@link ClientSocket} is opened. */
export interface ClientSocketOptions {
  readonly WebSocket: WebSocketConstructor;
  readonly protocols: string[];
  readonly connectTimeoutMs: number;
  readonly maxPayloadBytes: number;
}

/** How a {@link ClientSocket} ended. */
export interface SocketEnd extends CloseInfo {
  /** Whether both sides sent a close frame. */
  readonly wasClean: boolean;
  /** What went wrong, where something did; a browser does not say what. */
  readonly failure?: string | undefined;
}

/** What a {@link ClientSocket} announces: never from within its constructor, and nothing after `closed`. */
export interface ClientSocketEvents {
  /** Where to connect to; a rejection ends the attempt. The time that it takes counts as connecting. */
  readonly address: () => Promise<string>;
  /** What binary frames are delivered as. */
  readonly binaryType: () => string;
  readonly opened: () => void;
  readonly message: (data: unknown) => void;
  /** Called exactly once. */
  readonly closed: (end: SocketEnd) => void;
}

/** One WebSocket, from the question for its address to its end. A client that reconnects uses up one after the other. */
export class ClientSocket {
  #ws: WebSocketLike | undefined;
  #events: ClientSocketEvents | undefined;
  #timer: ReturnType<typeof setTimeout>;
  #isClosing = false;
  #failure: string | undefined;

  constructor(
    private readonly options: ClientSocketOptions,
    events: ClientSocketEvents,
  ) {
    this.#events = events;
    this.#timer = setTimeout(() => this.drop('connect timeout'), options.connectTimeoutMs);
    void this.#dial(events);
  }

  /** The WebSocket itself, once there is one. */
  get webSocket(): WebSocketLike | undefined {
    return this.#ws;
  }

  get isOpen(): boolean {
    return this.#ws?.readyState === OPEN;
  }

  /** Starts the close handshake; no message is announced any more. @throws DOMException or TypeError on a code or reason that no close frame can hold */
  close(code: number, reason: string): void {
    this.#ws?.close(code, reason);
    this.#isClosing = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.drop('close timeout'), CLOSE_TIMEOUT_MS);
  }

  /** Ends the connection at once: the other side has stopped answering, so a handshake would only take its time. */
  drop(reason: string): void {
    this.#fail(TIMEOUT, reason);
    if (this.#ws?.terminate === undefined) this.#ws?.close(TIMEOUT, reason);
    else this.#ws.terminate();
  }

  async #dial(events: ClientSocketEvents): Promise<void> {
    const { WebSocket, protocols, maxPayloadBytes } = this.options;
    try {
      // Not within the constructor: who is asked for the address may close this, and has to have it by then.
      const url = await Promise.resolve().then(() => events.address());
      if (this.#isClosing) this.#fail(BROKEN, '');
      // Closed or given up while the address was asked for.
      if (this.#events === undefined) return;
      this.#ws = new WebSocket(url, protocols, { maxPayload: maxPayloadBytes });
      this.#ws.binaryType = events.binaryType();
      this.#listen(this.#ws);
    } catch (error) {
      this.#fail(BROKEN, withoutToken(String(error)));
    }
  }

  #listen(ws: WebSocketLike): void {
    ws.addEventListener('open', () => {
      clearTimeout(this.#timer);
      this.#events?.opened();
    });
    ws.addEventListener('message', ({ data }) => {
      if (isLarger(data, this.options.maxPayloadBytes)) this.#refuse();
      else if (!this.#isClosing) this.#events?.message(data);
    });
    // Only Node says what went wrong; what follows is a close event without a reason of its own.
    ws.addEventListener('error', ({ message = '', error }) => {
      this.#failure ??= withoutToken(message);
      if ((error as { code?: unknown } | null | undefined)?.code === TOO_BIG_IN_WS) this.#refuse();
    });
    ws.addEventListener('close', ({ code = BROKEN, reason = '', wasClean = false }) => {
      this.#end({ code, reason: reason || (this.#failure ?? ''), wasClean });
    });
  }

  /** A frame is too big: 1009 for the application, and on the wire what a page may send; `ws` has sent 1009 itself. */
  #refuse(): void {
    this.#fail(TOO_BIG, 'message too big');
    this.close(NORMAL, 'message too big');
  }

  #fail(code: number, reason: string): void {
    this.#failure = reason;
    this.#end({ code, reason, wasClean: false });
  }

  #end(end: SocketEnd): void {
    clearTimeout(this.#timer);
    const events = this.#events;
    this.#events = undefined;
    events?.closed({ ...end, failure: this.#failure });
  }
}

/** An error of a WebSocket may name the address, and with it a token. */
function withoutToken(text: string): string {
  return text.replace(/token=[^&\s'"]*/g, 'token=…');
}
