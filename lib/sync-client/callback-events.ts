/** What every event of a callback has, as a browser's does. */
export interface SyncEvent<TType extends string> {
  readonly type: TType;
  /** The client. */
  readonly target: unknown;
}

/** What `onopen` gets. */
export type SyncOpenEvent = SyncEvent<'open'>;

/** What `onmessage` gets, as in a browser. */
export interface SyncMessageEvent extends SyncEvent<'message'> {
  /** The message as it came: a `string` for text, a `Uint8Array` for bytes. */
  readonly data: string | Uint8Array;
}

/** What `onclose` gets, as in a browser. */
export interface SyncCloseEvent extends SyncEvent<'close'> {
  /** The close code; PROTOCOL.md, section 10. 1006 when the connection broke. */
  readonly code: number;
  /** The close frame's reason; without one, what went wrong, or `''`. */
  readonly reason: string;
  /** Whether both sides sent a close frame. */
  readonly wasClean: boolean;
}

/** What `onerror` gets. */
export interface SyncErrorEvent extends SyncEvent<'error'> {
  readonly message: string;
  /** A BounceWsError with the server's code, or a ConnectionError. */
  readonly error: Error;
}
