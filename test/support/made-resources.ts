import { createHook } from 'node:async_hooks';

/** Counts what is made between two moments of one turn of the event loop: promises, immediates, timers. */
export class MadeResources {
  readonly #counts = new Map<string, number>();
  readonly #hook = createHook({
    init: (_id, type) => {
      this.#counts.set(type, this.of(type) + 1);
    },
  });

  start(): void {
    this.#counts.clear();
    this.#hook.enable();
  }

  stop(): this {
    this.#hook.disable();
    return this;
  }

  /** How many there were, by the name that `async_hooks` has for them: `PROMISE`, `Immediate`, `Timeout`. */
  of(type: string): number {
    return this.#counts.get(type) ?? 0;
  }
}
