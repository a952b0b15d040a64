import type { CloseInfo } from './client-state.js';

/** What every event of the WebSocket surface has, as a browser's does. */
export interface SocketEvent<TType extends string> {
  readonly type: TType;
  /** The client. */
  readonly target: unknown;
}

/** A frame has arrived; every frame, whether or not it is a message of the protocol. */
export interface SocketMessageEvent extends SocketEvent<'message'> {
  /** The frame: a string, or an `ArrayBuffer` or `Blob` as `binaryType` says. */
  readonly data: string | ArrayBuffer | Blob;
}

/** A connection, or the attempt to open one, has failed; a `close` follows. */
export interface SocketErrorEvent extends SocketEvent<'error'> {
  /** What went wrong; browsers do not say. */
  readonly message: string;
}

/** A connection, or the attempt to open one, has ended. */
export interface SocketCloseEvent extends SocketEvent<'close'>, CloseInfo {
  /** Whether both sides sent a close frame. */
  readonly wasClean: boolean;
}

/** The events of the WebSocket surface, by type. */
export interface SocketEventMap {
  readonly open: SocketEvent<'open'>;
  readonly message: SocketMessageEvent;
  readonly error: SocketErrorEvent;
  readonly close: SocketCloseEvent;
}

/** Called with an event of the WebSocket surface. What it returns is ignored. */
export type SocketEventListener<TType extends keyof SocketEventMap> = (
  event: SocketEventMap[TType],
) => unknown;
