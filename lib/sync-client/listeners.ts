import type { EventHandler, Message } from './sync-events.js';

interface Listener {
  readonly handler: EventHandler<unknown>;
}

/** Who listens to which event. */
export class Listeners {
  // Arrays are replaced, never changed: a listener may add and remove listeners while they are being called.
  readonly #byEvent = new Map<string, readonly Listener[]>();

  /** Whether anybody listens to an event that is none of these. */
  hasOtherThan(events: ReadonlySet<string>): boolean {
    return [...this.#byEvent.keys()].some((event) => !events.has(event));
  }

  /** @returns Removes it again */
  add(event: string, handler: Listener['handler']): () => void {
    const listener = { handler };
    this.#byEvent.set(event, [...this.#listenersOf(event), listener]);
    return () => this.#keep(event, (other) => other !== listener);
  }

  /** Removes one handler of an event, all of an event, or all of all events. */
  remove(event?: string, handler?: Listener['handler']): void {
    if (event === undefined) this.#byEvent.clear();
    else this.#keep(event, (other) => handler !== undefined && other.handler !== handler);
  }

  /** @returns Whether there was one */
  dispatch(message: Message): boolean {
    const listeners = this.#listenersOf(message.event);
    for (const { handler } of listeners) handler(message.data, message);
    return listeners.length > 0;
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
