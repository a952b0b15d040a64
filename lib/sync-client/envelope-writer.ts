import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { MessageId } from '../protocol/envelope.interface.js';
import { ERROR_MESSAGES, type ErrorCode } from '../protocol/error-code.constants.js';
import { isEventName } from '../protocol/event-name.js';
import { SendClock } from '../protocol/send-clock.js';

/** Writes what the client has to say as frames; PROTOCOL.md, section 3. */
export class EnvelopeWriter {
  readonly #clock = new SendClock();

  /** @throws BounceWsError `bad_envelope` when it is no event name. @throws TypeError when JSON cannot hold the data */
  message(event: string, data: unknown, id?: number): string {
    if (!isEventName(event)) {
      throw new BounceWsError('bad_envelope', 'An event is a string of 1 to 128 characters');
    }
    return JSON.stringify({ event, id, data, timestamp: this.#clock.stamp() });
  }

  /** The answer to a request of the server. @throws TypeError when JSON cannot hold the data */
  ack(id: MessageId, data: unknown): string {
    return JSON.stringify({ event: 'ack', id, data });
  }

  /** The answer to a request of the server that failed. The server learns the code only: a text may hold anything. */
  refusal(id: MessageId, code: ErrorCode): string {
    return JSON.stringify({ event: 'ack', id, error: { code, message: ERROR_MESSAGES[code] } });
  }
}
