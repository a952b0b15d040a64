import type { RedisConnection, ProblemLog } from '../connection/index.js';
import type { Counters } from '../counters.js';
import { REPLY_TIMEOUT_MS } from '../redis.constants.js';

const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 1_048_576;
const MAX_UNANSWERED_BYTES = 16_777_216;

const PROBLEM = 'messages for other nodes were dropped';

interface Waiting {
  readonly channel: string;
  readonly payload: string;
}

/**
 * Hands messages to Redis in order. While it is away they wait for up to two seconds, at most 1 000 of them or 1 MiB; what
 * was sent and not answered is never sent again.
 */
export class Outbox {
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #unansweredBytes = 0;
  #expiry: NodeJS.Timeout | undefined;
  /** In a Redis Cluster answers come in any order. */
  readonly #answers = new Set<Promise<void>>();
  #emptied: PromiseWithResolvers | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly counters: Counters,
    private readonly log: ProblemLog,
  ) {
    connection.isReady$.subscribe((isReady) => {
      if (isReady) this.#sendWaiting();
    });
  }

  /** Takes a message; one too many is dropped. */
  put(channel: string, payload: string): void {
    if (this.connection.isReady) this.#send({ channel, payload });
    else this.#wait({ channel, payload });
  }

  /** Fulfilled when everything put so far was handed over, or dropped. */
  async flushed(): Promise<void> {
    await this.#emptied?.promise;
    await Promise.all(this.#answers);
  }

  /** Drops what waits. */
  stop(): void {
    this.#expire();
  }

  #send({ channel, payload }: Waiting): void {
    // Measured in UTF-16 units, which is close enough for a limit.
    const size = payload.length;
    if (this.#unansweredBytes + size > MAX_UNANSWERED_BYTES) {
      this.#drop(1, 'dropped-unanswered', new Error('Redis does not keep up'));
      return;
    }
    this.#unansweredBytes += size;
    const answer = this.connection.publish(channel, payload).then(
      () => {
        this.#answered(answer, size);
        this.counters.add('published');
        this.log.resolved(PROBLEM, 'messages reach the other nodes again');
      },
      (error: unknown) => {
        this.#answered(answer, size);
        this.#drop(1, 'dropped-unavailable', error);
      },
    );
    this.#answers.add(answer);
  }

  #answered(answer: Promise<void>, size: number): void {
    this.#answers.delete(answer);
    this.#unansweredBytes -= size;
  }

  #wait(message: Waiting): void {
    const size = message.payload.length;
    if (this.#waiting.length >= MAX_WAITING || this.#waitingBytes + size > MAX_WAITING_BYTES) {
      this.#drop(1, 'dropped-outbox-full', this.connection.lastError);
      return;
    }
    this.#waiting.push(message);
    this.#waitingBytes += size;
    this.#emptied ??= withResolvers();
    this.#expiry ??= setTimeout(() => this.#expire(), REPLY_TIMEOUT_MS);
  }

  #sendWaiting(): void {
    const waiting = this.#waiting;
    this.#empty();
    for (const message of waiting) this.#send(message);
  }

  // The first one waited two seconds, the last one less: what is behind a hole is of little use.
  #expire(): void {
    const count = this.#waiting.length;
    this.#empty();
    if (count > 0) this.#drop(count, 'dropped-unavailable', this.connection.lastError);
  }

  #empty(): void {
    clearTimeout(this.#expiry);
    this.#expiry = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#emptied?.resolve();
    this.#emptied = undefined;
  }

  #drop(count: number, counter: string, error: unknown): void {
    this.counters.add(counter, count);
    this.log.report(PROBLEM, error);
  }
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
