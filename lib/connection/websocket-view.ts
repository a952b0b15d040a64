import type { WebSocket } from 'ws';

/**
 * The part of a `ws` WebSocket that gateways written for Nest's own `WsAdapter` use on their clients, so that they run
 * unchanged: `client.readyState`, `client.send(text)`, `client.on('close', ...)`.
 */
export abstract class WebSocketView {
  /** @internal */
  readonly raw: WebSocket;

  constructor(ws: WebSocket) {
    this.raw = ws;
  }

  /** `0` connecting, `1` open, `2` closing, `3` closed. */
  get readyState(): WebSocket['readyState'] {
    return this.raw.readyState;
  }

  /** Bytes that wait for the peer to read. */
  get bufferedAmount(): number {
    return this.raw.bufferedAmount;
  }

  /** Sends a frame as it is, past the codec. New code uses `emit()`. */
  abstract send(frame: string | Uint8Array): void;

  /** Listens to an event of the WebSocket, for instance `close`. */
  on(event: string, listener: (...args: unknown[]) => void): this {
    this.raw.on(event, listener);
    return this;
  }

  /** Listens to the next event of that name. */
  once(event: string, listener: (...args: unknown[]) => void): this {
    this.raw.once(event, listener);
    return this;
  }

  /** Stops listening. */
  off(event: string, listener: (...args: unknown[]) => void): this {
    this.raw.off(event, listener);
    return this;
  }

  /** Drops the connection at once, without a close handshake: the client sees 1006. */
  terminate(): void {
    this.raw.terminate();
  }
}
