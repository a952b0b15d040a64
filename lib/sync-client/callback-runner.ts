import { errorOfData } from '../protocol/error-of-data.js';
import type { Closed } from './channel.interface.js';
import { connectionGone } from './connection-error.js';
import type { Listeners } from './listeners.js';
import type { AnyMessage, Session } from './session.js';
import type { SyncCallbacks } from './sync-callbacks.js';

/** Raised by the client itself; a server cannot fake them. */
const LOCAL_EVENTS: ReadonlySet<string> = new Set(['connect', 'disconnect']);

/** Hands what has arrived to the application's callbacks, in the order it arrived. */
export class CallbackRunner {
  #hasToldOpen = false;
  #hasToldClosed = false;

  constructor(
    private readonly callbacks: SyncCallbacks,
    private readonly listeners: Listeners,
    private readonly session: Session,
  ) {}

  /** Runs them for everything that has arrived. @throws what a callback throws; the rest is left for the next call */
  run(): void {
    this.session.readAll();
    this.#tellOpen();
    // What arrives during the callbacks is for the next call, or a busy server would never let this one return.
    for (let left = this.session.waiting; left > 0 && this.#hasMessageCallback; left--) {
      const message = this.session.take();
      if (message !== undefined) this.#tell(message);
    }
    const { closed } = this.session.connection;
    if (closed !== undefined) this.#tellClosed(closed);
  }

  /** Without one, messages stay for `receive()`. */
  get #hasMessageCallback(): boolean {
    // In plain JavaScript it may also be null.
    return (
      typeof this.callbacks.onmessage === 'function' || this.listeners.hasOtherThan(LOCAL_EVENTS)
    );
  }

  #tellOpen(): void {
    if (this.#hasToldOpen) return;
    this.#hasToldOpen = true;
    this.callbacks.onopen?.({ type: 'open', target: this.callbacks });
    this.listeners.dispatch({ event: 'connect', data: undefined });
  }

  #tell(message: AnyMessage): void {
    this.callbacks.onmessage?.({ type: 'message', target: this.callbacks, data: message.raw });
    if (message.event === undefined || LOCAL_EVENTS.has(message.event)) return;
    const isHeard = this.listeners.dispatch(message);
    if (message.event === 'error' && !isHeard) this.#tellError(errorOfData(message.data));
  }

  #tellClosed(closed: Closed): void {
    if (this.#hasToldClosed) return;
    this.#hasToldClosed = true;
    const { code, reason, isFailure } = closed;
    if (isFailure) this.#tellError(connectionGone(closed));
    const event = { type: 'close', target: this.callbacks, code, reason } as const;
    this.callbacks.onclose?.({ ...event, wasClean: !isFailure });
    this.listeners.dispatch({ event: 'disconnect', data: { code, reason } });
  }

  #tellError(error: Error): void {
    const { message } = error;
    if (typeof this.callbacks.onerror !== 'function') process.emitWarning(error);
    else this.callbacks.onerror({ type: 'error', target: this.callbacks, message, error });
  }
}
