import { inspect } from 'node:util';
import type { ReadyState } from './ready-state.constants.js';
import type { Session } from './session.js';
import { SyncCallbacks } from './sync-callbacks.js';

/** The half of a client that looks like a browser's WebSocket, and knows nothing of events. */
export abstract class SyncSocketSurface extends SyncCallbacks {
  readonly #session: Session;

  /** @internal */
  constructor(
    /** The absolute address of the server. */
    readonly url: string,
    session: Session,
  ) {
    super();
    this.#session = session;
  }

  /** What the connection is now, also while no call is made that could find out: a loop that waits for a change ends. */
  get readyState(): ReadyState {
    return this.#session.connection.readyState;
  }

  /** The subprotocol the server chose, or `''`. */
  get protocol(): string {
    return this.#session.connection.protocol;
  }

  /** What was sent and has not left the process, in bytes. */
  get bufferedAmount(): number {
    return this.#session.connection.unsentBytes;
  }

  /**
   * Sends a message as it is.
   *
   * @param message text, or bytes for a binary message; the bytes are copied
   * @throws ConnectionError when the connection is gone
   * @throws BounceWsError `limit_exceeded` when the server does not read because this client does not
   */
  send(message: string | Uint8Array): void {
    if (typeof message !== 'string' && !(message instanceof Uint8Array)) {
      throw new TypeError('A message is a string or a Uint8Array; emit() takes other data');
    }
    this.#session.send(message);
  }

  /** What the REPL shows. */
  [inspect.custom](): string {
    const members = Object.assign({}, this, { readyState: this.readyState });
    return `${this.constructor.name} ${inspect(members)}`;
  }
}
