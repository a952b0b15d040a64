import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { MessageId } from '../protocol/envelope.interface.js';
import { ERROR_MESSAGES, type ErrorCode } from '../protocol/error-code.constants.js';
import { isEventName } from '../protocol/event-name.js';
import { formatTimestamp } from '../protocol/timestamp.js';

/** Writes what the client has to say as frames; PROTOCOL.md, section 3. */
export class EnvelopeWriter {
  #latestMs = 0;

  /** @throws BounceWsError `bad_envelope` when it is no event name. @throws TypeError when JSON cannot hold the data */
  message(event: string, data: unknown, id?: number): string {
    if (!isEventName(event)) {
      throw new BounceWsError('bad_envelope', 'An event is a string of 1 to 128 characters');
    }
    return JSON.stringify({ event, id, data, timestamp: this.#stamp() });
  }

  /** The answer to a request of the server. @throws TypeError when JSON cannot hold the data */
  ack(id: MessageId, data: unknown): string {
    return JSON.stringify({ event: 'ack', id, data });
  }

  /** The answer to a request of the server that failed. The server learns the code only: a text may hold anything. */
  refusal(id: MessageId, code: ErrorCode): string {
    return JSON.stringify({ event: 'ack', id, error: { code, message: ERROR_MESSAGES[code] } });
  }

  // A clock that is set back would make every message older than the one before it, and the server drops those.
  #stamp(): string {
    this.#latestMs = Math.max(this.#latestMs, Date.now());
    return formatTimestamp(this.#latestMs, 'plain');
  }
}
