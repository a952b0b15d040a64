import { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { MessageId } from '../protocol/envelope.interface.js';
import type { EnvelopeWriter } from './envelope-writer.js';
import type { RequestHandler } from './sync-events.js';
import { isLastAnswer } from './exchanges.js';
import type { EventMessage } from './received-message.js';

/** The ids that the server gives its requests; PROTOCOL.md, section 6.5. */
const SERVER_ID = /^s\d+$/;

/** Who answers which request of the server: one handler an event. */
export class RequestHandlers {
  readonly #handlers = new Map<string, RequestHandler>();

  constructor(private readonly writer: EnvelopeWriter) {}

  /** Sets the handler of an event, in place of an earlier one. @returns Removes it again */
  set(event: string, handler: RequestHandler): () => void {
    this.#handlers.set(event, handler);
    return () => {
      if (this.#handlers.get(event) === handler) this.#handlers.delete(event);
    };
  }

  /** Calls the handler and sends what it returns. @throws whatever it throws that is not meant for the server */
  answer(message: EventMessage & { id: MessageId }, send: (frame: string) => void): void {
    const { event, data, id } = message;
    let frame: string;
    try {
      const handler = this.#handlers.get(event);
      if (handler === undefined) throw new BounceWsError('unknown_event');
      frame = this.writer.ack(id, handler(data, message) ?? null);
    } catch (error) {
      const code = error instanceof BounceWsError ? error.code : 'internal_error';
      send(this.writer.refusal(id, code));
      if (code === 'internal_error') throw error;
      return;
    }
    send(frame);
  }
}

/** Whether a message of the server asks for an answer. */
export function isRequest(message: EventMessage): message is EventMessage & { id: MessageId } {
  return (
    typeof message.id === 'string' && SERVER_ID.test(message.id) && !isLastAnswer(message.event)
  );
}
