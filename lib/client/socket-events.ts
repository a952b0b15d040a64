import type { ErrorReporter } from './error-reporter.js';
import { Listeners } from './listeners.js';
import type { SocketEventMap } from './socket-events.interface.js';

/** The object whose events these are, and its own handlers of them. */
export type SocketEventTarget = {
  readonly [TType in keyof SocketEventMap as `on${TType}`]?: (
    event: SocketEventMap[TType],
  ) => unknown;
} & { readonly binaryType: 'arraybuffer' | 'blob' };

/** Raises the events of the WebSocket surface. A handler that throws harms neither the others nor the connection. */
export class SocketEvents {
  readonly listeners: Listeners;
  /** Set right after it was made: the object is built around this one. */
  target!: SocketEventTarget;

  constructor(private readonly errors: ErrorReporter) {
    this.listeners = new Listeners(errors);
  }

  /** Calls `on<type>` of the target, then the listeners. @returns Whether there was one to call */
  raise<TType extends keyof SocketEventMap>(
    type: TType,
    members: Omit<SocketEventMap[TType], 'type' | 'target'>,
  ): boolean {
    const { target } = this;
    const key = `on${type}` as const;
    // As a page sets it: null is "no handler" too.
    const isHandled = typeof target[key] === 'function';
    if (!isHandled && !this.listeners.has(type)) return false;
    const event = { type, target, ...members };
    if (isHandled) this.errors.guard(() => (target[key] as (event: unknown) => unknown)(event));
    this.listeners.dispatch(type, event);
    return true;
  }
}
