import { createHook } from 'node:async_hooks';

/**
 * Keeps account of the timers of the package and of `ws`: those that are referenced and, unlike
 * `process.getActiveResourcesInfo()`, those that are not.
 */
export class TimerAccount {
  readonly #alive = new Map<number, string>();
  readonly #hook = createHook({
    init: (id, type) => {
      if (type !== 'Timeout' && type !== 'Immediate') return;
      const stack = new Error(type).stack ?? '';
      // The test runner has timers of its own.
      if (/[/\\]lib[/\\](?!node_modules)|[/\\]rxjs[/\\]/.test(stack)) this.#alive.set(id, stack);
    },
    destroy: (id) => this.#alive.delete(id),
  });

  /** Starts to look. */
  open(): this {
    this.#hook.enable();
    return this;
  }

  /** Looks no more. */
  close(): void {
    this.#hook.disable();
  }

  /** Where the timers that are still there were created. */
  async alive(): Promise<string[]> {
    // Node tells of the end of a timer in a turn of its own.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    return [...this.#alive.values()];
  }
}
