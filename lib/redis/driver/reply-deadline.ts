import { REPLY_TIMEOUT_MS } from '../redis.constants.js';

/**
 * Watches over the answers of one server. They come in the order of the commands, so one timer does for all of them: each
 * answer sets it back.
 */
export class ReplyDeadline {
  #unanswered = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onLate - called when an answer is late; nothing is watched any more after {@link stop} */
  constructor(private readonly onLate: (error: Error) => void) {}

  /** Hands an answer on. */
  async watch<T>(answer: Promise<T>): Promise<T> {
    this.#unanswered++;
    this.#timer ??= setTimeout(() => {
      this.onLate(new Error(`no answer within ${REPLY_TIMEOUT_MS} ms`));
    }, REPLY_TIMEOUT_MS);
    try {
      return await answer;
    } finally {
      this.#unanswered--;
      if (this.#unanswered > 0) this.#timer?.refresh();
      else this.stop();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
