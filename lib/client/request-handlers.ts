import { BounceWsError } from '../protocol/bounce-ws.error.js';
import { ERROR_MESSAGES } from '../protocol/error-code.constants.js';
import type { ErrorReporter } from './error-reporter.js';
import type { Message, RequestHandler, Unsubscribe } from './client-events.js';
import type { FrameCodec } from './frame.js';
import type { Frame } from './web-socket-like.interface.js';

/** Who answers which request of the server: one handler an event. */
export class RequestHandlers {
  readonly #handlers = new Map<string, RequestHandler>();

  constructor(
    private readonly errors: ErrorReporter,
    private readonly codec: FrameCodec,
  ) {}

  /** Sets the handler of an event, in place of an earlier one. */
  set(event: string, handler: RequestHandler): Unsubscribe {
    this.#handlers.set(event, handler);
    return () => {
      if (this.#handlers.get(event) === handler) this.#handlers.delete(event);
    };
  }

  /** Calls the handler and encodes the answer. Never rejects: what goes wrong becomes the code of an error answer. */
  async answer(message: Message): Promise<Frame> {
    const { event, id } = message;
    try {
      const handler = this.#handlers.get(event);
      if (handler === undefined) throw new BounceWsError('unknown_event');
      const data = (await handler(message.data, message)) ?? null;
      return this.codec.write({ event: 'ack', id, data });
    } catch (error) {
      // The server learns the code only: an exception's text may hold anything.
      const code = error instanceof BounceWsError ? error.code : 'internal_error';
      if (code === 'internal_error') this.errors.report(error);
      return this.codec.write({
        event: 'ack',
        id,
        error: { code, message: ERROR_MESSAGES[code] },
      });
    }
  }
}
