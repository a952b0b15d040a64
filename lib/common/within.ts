import { BounceWsError } from '../protocol/index.js';

/**
 * Waits for a promise, but not for ever.
 *
 * @throws BounceWsError `timeout`; what the promise still does is not waited for
 */
export async function within<T>(timeoutMs: number, promise: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new BounceWsError('timeout', `Not done within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
