import { BounceWsError } from '../protocol/bounce-ws.error.js';
import { isEventName } from '../protocol/event-name.js';
import { SendClock } from '../protocol/send-clock.js';
import type { CloseInfo } from './client-state.js';
import type { Connection } from './connection.js';
import type { FrameCodec } from './frame.js';
import { OfflineQueue, type OfflineQueueLimits } from './offline-queue.js';
import type { PendingRequest, PendingRequests, RequestOptions } from './pending-requests.js';
import type { Frame } from './web-socket-like.interface.js';

// No request has it, so whatever answers the ping finds nobody who waits, and is dropped.
const PING_ID = 0;

/** Everything that goes out: stamped, encoded, and sent now or when there is a connection. */
export class Outbox {
  readonly #clock = new SendClock();
  readonly #queue: OfflineQueue;

  constructor(
    private readonly connection: Pick<Connection, 'send' | 'state' | 'lastClose'>,
    private readonly pending: PendingRequests,
    private readonly codec: FrameCodec,
    limits: OfflineQueueLimits,
  ) {
    this.#queue = new OfflineQueue(limits);
  }

  /**
   * Sends a message that nobody answers.
   *
   * @throws BounceWsError `bad_envelope` (no event name), `limit_exceeded` (queue full), `unavailable` (closed)
   * @throws TypeError when JSON cannot hold the data
   */
  emit(event: string, data: unknown): void {
    this.#send(event, data);
  }

  /**
   * Sends a frame as it is.
   *
   * @throws BounceWsError `limit_exceeded` (queue full), `unavailable` (closed)
   */
  raw(frame: string | Uint8Array): void {
    // Bytes are copied: they may wait, and their owner may write on.
    this.#post(typeof frame === 'string' ? frame : new Uint8Array(frame));
  }

  /** How many bytes wait for a connection. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** Sends a message and waits for its answer; whatever goes wrong, the request is told. @returns Its `id` */
  request(event: string, data: unknown, request: PendingRequest, options: RequestOptions): number {
    const settled = (settle: (value: unknown) => void) => (value: unknown) => {
      this.#queue.remove(id);
      settle(value);
    };
    const id = this.pending.add(
      { ...request, resolve: settled(request.resolve), reject: settled(request.reject) },
      options,
    );
    try {
      this.#send(event, data, id);
    } catch (error) {
      this.pending.reject(id, error);
    }
    return id;
  }

  /** Ends a stream that nobody reads any more. */
  cancel(id: number): void {
    if (!this.pending.has(id)) return;
    const queued = this.#queue.has(id);
    this.pending.resolve(id, null);
    if (!queued) this.connection.send(this.codec.write({ event: 'cancel', data: { id } }));
  }

  ping(): void {
    this.connection.send(this.codec.write({ event: 'ping', id: PING_ID }));
  }

  /** Sends a frame if there is a connection to send it on; later it would be of no use. */
  reply(frame: Frame): void {
    this.connection.send(frame);
  }

  /** Sends what has been waiting for a connection. */
  flush(): void {
    this.#queue.flush((frame) => this.connection.send(frame));
  }

  /** Tells the requests that went with a lost connection; those still queued wait for the next one. */
  lost(): void {
    const error = new BounceWsError(
      'unavailable',
      'The connection was lost; the request may have been handled',
    );
    this.pending.rejectWhere((id) => !this.#queue.has(id), error);
  }

  /** Drops everything that waits for a connection that will never come. */
  abandon(error: BounceWsError): void {
    this.#queue.clear();
    this.pending.rejectWhere(() => true, error);
  }

  #send(event: string, data: unknown, id?: number): void {
    if (!isEventName(event)) {
      throw new BounceWsError('bad_envelope', 'An event has 1 to 128 characters');
    }
    this.#post(this.codec.write({ event, id, data, timestamp: this.#clock.stamp() }), id);
  }

  #post(frame: Frame, id?: number): void {
    if (this.connection.state === 'closed') throw closedError(this.connection.lastClose);
    if (!this.connection.send(frame)) this.#queue.add(frame, id);
  }
}

/** Why nothing can be sent, or answered, by a client that was closed. */
export function closedError(close: CloseInfo): BounceWsError {
  const { code, reason } = close;
  const text = `The client is closed (${code} ${reason}); connect() opens it`;
  return new BounceWsError('unavailable', text, { details: { code, reason } });
}
