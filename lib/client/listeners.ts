import type { ErrorReporter } from './error-reporter.js';
import type { AnyEventHandler, EventHandler, Message, Unsubscribe } from './client-events.js';

interface Listener {
  readonly handler: EventHandler<unknown>;
  readonly once: boolean;
}

/** What handlers are called with: the data, and the message it came in if it came in one. */
type ListenerArguments = readonly [data: unknown, message?: Message];

/** Who listens to which event. A listener that throws harms neither the others nor the connection. */
export class Listeners {
  // Arrays are replaced, never changed: a listener may add and remove listeners while they are being called.
  readonly #byEvent = new Map<string, readonly Listener[]>();
  #any: readonly AnyEventHandler[] = [];

  constructor(private readonly errors: ErrorReporter) {}

  add(event: string, handler: EventHandler<unknown>, once: boolean): Unsubscribe {
    const listener = { handler, once };
    this.#byEvent.set(event, [...this.#listenersOf(event), listener]);
    return () => this.#keep(event, (other) => other !== listener);
  }

  addAny(handler: AnyEventHandler): Unsubscribe {
    // Wrapped, so that one function added twice can be removed once.
    const listener: AnyEventHandler = (...args) => handler(...args);
    this.#any = [...this.#any, listener];
    return () => {
      this.#any = this.#any.filter((other) => other !== listener);
    };
  }

  /** Removes one handler of an event, all of an event, or all of all events (`onAny` included). */
  remove(event?: string, handler?: EventHandler<unknown>): void {
    if (event === undefined) {
      this.#byEvent.clear();
      this.#any = [];
    } else {
      this.#keep(event, (other) => handler !== undefined && other.handler !== handler);
    }
  }

  /** Whether this handler, or any, listens to an event. */
  has(event: string, handler?: EventHandler<unknown>): boolean {
    const listeners = this.#listenersOf(event);
    return listeners.some((listener) => handler === undefined || listener.handler === handler);
  }

  /** Calls the listeners of an event. @returns Whether there was one */
  dispatch(event: string, ...args: ListenerArguments): boolean {
    const listeners = this.#listenersOf(event);
    for (const listener of listeners) {
      if (listener.once) this.#keep(event, (other) => other !== listener);
      this.errors.guard(() => listener.handler(...(args as Parameters<EventHandler<unknown>>)));
    }
    return listeners.length > 0;
  }

  /** Calls those who listen to everything. */
  dispatchAny(message: Message): void {
    for (const listener of this.#any) {
      this.errors.guard(() => listener(message.event, message.data, message));
    }
  }

  #listenersOf(event: string): readonly Listener[] {
    return this.#byEvent.get(event) ?? [];
  }

  #keep(event: string, wanted: (listener: Listener) => boolean): void {
    const rest = this.#listenersOf(event).filter(wanted);
    if (rest.length > 0) this.#byEvent.set(event, rest);
    else this.#byEvent.delete(event);
  }
}
