/** What is read of a WebSocket's events; which members there are depends on `type`. */
export interface WebSocketEvent {
  readonly type: string;
  /** Of a `message`: the payload. */
  readonly data?: unknown;
  /** Of a `close`: its code. */
  readonly code?: number;
  /** Of a `close`: its reason. */
  readonly reason?: string;
  /** Of a `close`: whether both sides sent a close frame. */
  readonly wasClean?: boolean;
  /** Of an `error`, in Node only: what went wrong. */
  readonly message?: string;
  /** Of an `error`, in Node only: the error itself. */
  readonly error?: unknown;
}

/** What a frame holds: text, or bytes. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** The part of the browser's WebSocket that the client uses; `ws` and Node's own have it too. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  binaryType: string;
  addEventListener(
    type: 'open' | 'message' | 'error' | 'close',
    listener: (event: WebSocketEvent) => void,
  ): void;
  send(data: Frame): void;
  close(code?: number, reason?: string): void;
  /** Ends the connection without a close handshake. Only `ws` has it. */
  terminate?(): void;
}

/**
 * A class of WebSockets: `globalThis.WebSocket`, or `WebSocket` of the package `ws`. The third argument is for `ws`; others
 * ignore it.
 */
export type WebSocketConstructor = new (
  url: string,
  protocols?: string | string[],
  options?: { readonly maxPayload: number },
) => WebSocketLike;

// The values of `readyState`; of a WebSocket, and of a client.
export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;

/** One of the values of `readyState`. */
export type ReadyState = typeof CONNECTING | typeof OPEN | typeof CLOSING | typeof CLOSED;
