import { BounceWsError } from '../protocol/bounce-ws.error.js';
import { textBytes } from './frame-size.js';
import type { Frame } from './web-socket-like.interface.js';

/** The limits of an {@link OfflineQueue}. */
export interface OfflineQueueLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

interface QueuedFrame {
  readonly frame: Frame;
  readonly bytes: number;
  readonly requestId: number | undefined;
}

/** Keeps encoded messages, in order, until there is a connection to send them on. */
export class OfflineQueue {
  readonly #frames = new Set<QueuedFrame>();
  #bytes = 0;

  /** How many bytes wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  constructor(private readonly limits: OfflineQueueLimits) {}

  /**
   * Appends a message.
   *
   * @throws BounceWsError `limit_exceeded` when it does not fit; what is already queued stays
   */
  add(frame: Frame, requestId?: number): void {
    const bytes = typeof frame === 'string' ? textBytes(frame) : frame.length;
    const { maxMessages, maxBytes } = this.limits;
    if (this.#frames.size >= maxMessages) throw fullError('queuedMessages', maxMessages);
    if (this.#bytes + bytes > maxBytes) throw fullError('queuedBytes', maxBytes);
    this.#frames.add({ frame, bytes, requestId });
    this.#bytes += bytes;
  }

  /** Whether the request is still waiting here, and so has not been sent. */
  has(requestId: number): boolean {
    return this.#find(requestId) !== undefined;
  }

  /** Forgets a request that nobody waits for any more. */
  remove(requestId: number): void {
    const found = this.#find(requestId);
    if (found === undefined) return;
    this.#frames.delete(found);
    this.#bytes -= found.bytes;
  }

  /** Hands every message over, oldest first, for as long as `send` takes them. */
  flush(send: (frame: Frame) => boolean): void {
    for (const queued of this.#frames) {
      if (!send(queued.frame)) return;
      this.#frames.delete(queued);
      this.#bytes -= queued.bytes;
    }
  }

  clear(): void {
    this.#frames.clear();
    this.#bytes = 0;
  }

  #find(requestId: number): QueuedFrame | undefined {
    for (const queued of this.#frames) if (queued.requestId === requestId) return queued;
    return undefined;
  }
}

function fullError(limit: string, max: number): BounceWsError {
  return new BounceWsError(
    'limit_exceeded',
    `Not connected, and the queue is full (${limit}: ${max})`,
    { details: { limit, max } },
  );
}
