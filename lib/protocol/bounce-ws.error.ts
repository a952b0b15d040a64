import { ERROR_MESSAGES, type ErrorCode } from './error-code.constants.js';
import type { MessageId } from './envelope.interface.js';

/** What a {@link BounceWsError} can carry beside its code. */
export interface BounceWsErrorOptions extends ErrorOptions {
  /** What the client is told beside the code, for instance the fields that were wrong. Goes over the wire as it is. */
  readonly details?: unknown;
  /** The `id` of the message that failed, when it is known before the message was routed. */
  readonly id?: MessageId | undefined;
}

/**
 * The base of every error of this package. Thrown by a handler, a guard or a hook, it becomes the `error` answer with
 * its `code` and `details`; the wire's text is always the fixed one of the code, while `message` stays on the server.
 *
 * @example throw new BounceWsError('forbidden', 'The room is full', { details: { room } });
 */
export class BounceWsError extends Error {
  override readonly name: string = 'BounceWsError';
  readonly details: unknown;
  readonly id: MessageId | undefined;

  constructor(
    /** The code on the wire; PROTOCOL.md, section 9. */
    readonly code: ErrorCode,
    message: string = ERROR_MESSAGES[code],
    options: BounceWsErrorOptions = {},
  ) {
    super(message, options);
    this.details = options.details;
    this.id = options.id;
  }
}
