import type { BounceSocket } from '../../connection/index.js';
import type { ClientMessage, MessageId } from '../../protocol/index.js';

/** How far the handling of a message has come; decides what an exception without a code means. */
export type Stage = 'middleware' | 'guard' | 'pipe' | 'handler';

/** One message on its way to its handler, as middleware sees it. */
export class MessageContext {
  /** The event's name. */
  readonly event: string;
  /** What the client wants its answer to carry; `undefined` when it wants none. */
  readonly id: MessageId | undefined;
  /** The payload. Middleware may put another one in its place. */
  data: unknown;
  /** @internal */
  stage: Stage = 'handler';

  constructor(
    /** Who sent it. */
    readonly client: BounceSocket,
    /** The message as it came. @internal */
    readonly message: ClientMessage,
  ) {
    this.event = message.event;
    this.id = message.id;
    this.data = message.data;
  }
}
