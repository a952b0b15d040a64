import { afterEach, beforeEach, expect } from 'vitest';

/** Fails every test of a file during which something reached the process that would have ended it. */
export function expectNoUnhandledErrors(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
  });
  afterEach(async () => {
    // Node reports a rejection once the microtasks of a turn are done.
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    expect(unhandled).toEqual([]);
  });
}
