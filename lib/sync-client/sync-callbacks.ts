import type {
  SyncCloseEvent,
  SyncErrorEvent,
  SyncMessageEvent,
  SyncOpenEvent,
} from './callback-events.js';
import { ReadyState } from './ready-state.constants.js';

/** What a client has in common with the WebSocket of browsers: the constants, and callbacks to override or to assign. */
export abstract class SyncCallbacks {
  static readonly CONNECTING = ReadyState.Connecting;
  static readonly OPEN = ReadyState.Open;
  static readonly CLOSING = ReadyState.Closing;
  static readonly CLOSED = ReadyState.Closed;

  get CONNECTING(): typeof ReadyState.Connecting {
    return ReadyState.Connecting;
  }

  get OPEN(): typeof ReadyState.Open {
    return ReadyState.Open;
  }

  get CLOSING(): typeof ReadyState.Closing {
    return ReadyState.Closing;
  }

  get CLOSED(): typeof ReadyState.Closed {
    return ReadyState.Closed;
  }

  /** Called by `poll()` once after the connection has opened. To be assigned, or overridden. */
  onopen?(event: SyncOpenEvent): unknown;
  /** Called by `poll()` with every message, before the event handlers. To be assigned, or overridden. */
  onmessage?(event: SyncMessageEvent): unknown;
  /**
   * Called by `poll()` when the connection broke, and for an `error` of the server that no call could throw and no
   * `on('error')` takes. Without it they become a warning of the process. To be assigned, or overridden.
   */
  onerror?(event: SyncErrorEvent): unknown;
  /** Called by `poll()` once after the connection has ended. To be assigned, or overridden. */
  onclose?(event: SyncCloseEvent): unknown;
}
