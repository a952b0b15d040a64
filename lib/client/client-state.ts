/**
 * Where a client stands:
 *
 * - `idle`: never told to connect;
 * - `connecting`: a connection is being opened;
 * - `connected`: messages flow;
 * - `disconnected`: the connection is lost, and the next attempt is waiting for its turn;
 * - `closed`: no attempt follows, because `close()` was called or the close code forbids it. `connect()` starts again.
 */
export type ClientState = 'idle' | 'connecting' | 'connected' | 'disconnected' | 'closed';

/** Why a connection ended. */
export interface CloseInfo {
  /** The close code; PROTOCOL.md, section 10. 1006 when the connection broke or never came about. */
  readonly code: number;
  /** The close frame's reason; without one, what the WebSocket had to say, or `''`. */
  readonly reason: string;
}

/** One step of a client from state to state. */
export interface StateChange {
  readonly state: ClientState;
  readonly previous: ClientState;
  /** The close code that led here; 0 where no close did. */
  readonly code: number;
  /** The reason that came with the code. */
  readonly reason: string;
}

/** Called on every change of state. */
export type StateListener = (change: StateChange) => unknown;

/** Called with what went wrong where nobody could be told otherwise. */
export type ErrorListener = (error: unknown) => unknown;
