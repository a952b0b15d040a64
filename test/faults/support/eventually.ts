import { vi } from 'vitest';

/** Waits until an expectation holds; unlike `expect.poll()` also among tests that run at the same time. */
export function eventually(
  expectation: () => void | Promise<void>,
  withinMs: number,
): Promise<void> {
  return vi.waitFor(expectation, { timeout: withinMs, interval: 50 });
}
