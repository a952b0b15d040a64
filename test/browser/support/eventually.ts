import { expect } from 'vitest';

// What a person would wait for a page on a slow machine.
const PATIENCE_MS = 10_000;

/** `expect(...)` of something that changes: holds as soon as it holds once. */
export function eventually<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: PATIENCE_MS });
}
