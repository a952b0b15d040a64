import type { ErrorListener } from './client-state.js';
import type { Unsubscribe } from './client-events.js';

/** Where errors go that no caller can catch: to the `onError` listeners, and to the console when there are none. */
export class ErrorReporter {
  readonly #listeners = new Set<ErrorListener>();

  add(listener: ErrorListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  report(error: unknown): void {
    if (this.#listeners.size === 0) console.error('[bounce-ws]', error);
    for (const listener of this.#listeners) {
      try {
        listener(error);
      } catch (failure) {
        console.error('[bounce-ws]', failure);
      }
    }
  }

  /** Calls a function of the application: what it throws, or rejects with, is reported and goes no further. */
  guard(call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) result.catch((error: unknown) => this.report(error));
    } catch (error) {
      this.report(error);
    }
  }
}
