import { BounceWsError, isErrorCode } from '../protocol/index.js';

interface PendingRequest {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: BounceWsError) => void;
  readonly timer: NodeJS.Timeout;
}

/** The requests this server sent to one client and that are not answered yet. */
export class PendingRequests {
  readonly #pending = new Map<string, PendingRequest>();
  #lastId = 0;

  /**
   * Opens a request.
   *
   * @returns the `id` to send, and the answer: it rejects with `timeout` after `timeoutMs`.
   */
  open(timeoutMs: number): { id: string; answer: Promise<unknown> } {
    const id = `s${++this.#lastId}`;
    const answer = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new BounceWsError('timeout', `The client did not answer within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
    });
    // Whoever awaits the answer sees the rejection; nobody else's process may end because a client kept silent.
    answer.catch(() => undefined);
    return { id, answer };
  }

  /** Settles a request with the client's answer. An unknown id is no error: the answer came too late. */
  settle(id: unknown, data: unknown, error: unknown): void {
    const request = typeof id === 'string' ? this.#take(id) : undefined;
    if (request === undefined) return;
    if (error === undefined) request.resolve(data);
    else request.reject(toError(error));
  }

  /** Rejects everything that is open: the connection is gone. */
  rejectAll(): void {
    for (const id of [...this.#pending.keys()]) {
      this.#take(id)?.reject(
        new BounceWsError('unavailable', 'The connection closed before the client answered'),
      );
    }
  }

  #take(id: string): PendingRequest | undefined {
    const request = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(request?.timer);
    return request;
  }
}

// A client's words: the code is checked against the list, everything else is only passed on as details.
function toError(error: unknown): BounceWsError {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return new BounceWsError(
    isErrorCode(code) ? code : 'internal_error',
    'The client could not answer',
    {
      // Not as details: an uncaught error is answered to whoever asked, and these are another client's words.
      cause: error,
    },
  );
}
