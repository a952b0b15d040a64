import { BounceWsError } from '../protocol/bounce-ws.error.js';
import { LARGEST } from '../protocol/number-options.js';
import type { Message } from './client-events.js';

/** Options of one request. */
export interface RequestOptions {
  /** How long to wait for the answer, in milliseconds; `Infinity` for as long as it takes. @default 10000 */
  readonly timeoutMs?: number;
  /** Gives the request up; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What happens to a request: exactly one of `resolve` and `reject` is called, once. */
export interface PendingRequest {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Called with every item of a stream; a request that is none has no use for items. */
  readonly item?: ((message: Message) => void) | undefined;
}

interface Entry {
  readonly request: PendingRequest;
  release(): void;
}

/** The requests whose answers are still out, by their `id`: integers from 1 up, never used twice. */
export class PendingRequests {
  readonly #pending = new Map<number, Entry>();
  #lastId = 0;

  /** Whether the request still waits for its answer. */
  has(id: number): boolean {
    return this.#pending.has(id);
  }

  /** Starts to wait. @returns The `id` to send the request with */
  add(request: PendingRequest, { timeoutMs = Infinity, signal }: RequestOptions): number {
    const id = ++this.#lastId;
    const abort = () => this.reject(id, signal?.reason);
    const timer =
      timeoutMs <= LARGEST
        ? setTimeout(() => this.reject(id, timeoutError(timeoutMs)), timeoutMs)
        : undefined;
    signal?.addEventListener('abort', abort);
    this.#pending.set(id, {
      request,
      release() {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      },
    });
    return id;
  }

  /** Passes an item on to the stream it belongs to. @returns Whether the request is a stream */
  item(id: number, message: Message): boolean {
    const item = this.#pending.get(id)?.request.item;
    item?.(message);
    return item !== undefined;
  }

  resolve(id: number, data: unknown): void {
    this.#take(id)?.request.resolve(data);
  }

  reject(id: number, error: unknown): void {
    this.#take(id)?.request.reject(error);
  }

  /** Rejects the requests that `which` picks, for instance all that a lost connection took with it. */
  rejectWhere(which: (id: number) => boolean, error: unknown): void {
    for (const id of [...this.#pending.keys()]) if (which(id)) this.reject(id, error);
  }

  #take(id: number): Entry | undefined {
    const entry = this.#pending.get(id);
    this.#pending.delete(id);
    entry?.release();
    return entry;
  }
}

function timeoutError(timeoutMs: number): BounceWsError {
  return new BounceWsError('timeout', `No answer within ${timeoutMs} ms`);
}
