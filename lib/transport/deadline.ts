import { setTimeout as delay } from 'node:timers/promises';

/** A time that several waits share. */
export class Deadline {
  readonly #atMs: number;

  constructor(ms: number) {
    this.#atMs = performance.now() + ms;
  }

  /** Waits for a promise that does not reject. @returns whether it was in time */
  async wait(promise: Promise<unknown>): Promise<boolean> {
    const timer = new AbortController();
    const { signal } = timer;
    const late = delay(Math.max(0, this.#atMs - performance.now()), false, { signal }).catch(
      () => false,
    );
    const inTime = await Promise.race([promise.then(() => true), late]);
    timer.abort();
    return inTime;
  }
}
