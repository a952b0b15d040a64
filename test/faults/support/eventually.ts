import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 50;

/**
 * Waits until an expectation holds; unlike `expect.poll()` also among tests that run at the same time. Looks at least twice,
 * and does not count for how long this process was kept from looking: what came meanwhile has not been read either.
 *
 * @throws what the last look threw, when so many milliseconds are over
 */
export async function eventually(
  expectation: () => void | Promise<void>,
  withinMs: number,
): Promise<void> {
  let leftMs = withinMs;
  for (let isFirst = true; ; isFirst = false) {
    const lookedAt = performance.now();
    try {
      await expectation();
      return;
    } catch (error) {
      if (leftMs <= 0 && !isFirst) throw error;
    }
    leftMs -= performance.now() - lookedAt + EVERY_MS;
    await delay(EVERY_MS);
  }
}
