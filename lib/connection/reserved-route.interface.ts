import type { ClientMessage } from '../protocol/index.js';
import type { BounceSocket } from './bounce-socket.js';

/** Returned by a route that has sent its answer itself: nothing more goes out. */
export const ANSWERED: unique symbol = Symbol('answered');

/**
 * A route that this package brings itself. Each folder registers those it owns, so the dispatcher knows none by name.
 */
export interface ReservedRoute {
  /** The event it handles. */
  readonly event: string;
  /** Handled on arrival, never behind a pending handler. @default false */
  readonly outOfTurn?: boolean;
  /** Nothing else of the connection is begun while it is at work, however high `concurrency` is. @default false */
  readonly alone?: boolean;
  /** Handled also while nobody knows whose connection it is, on a server where everybody needs a token. @default false */
  readonly beforeAuthentication?: boolean;
  /** Whether it is there at all: the event of something that is switched off is answered `reserved_event`. @default true */
  readonly offered?: boolean;
  /** Whether an app may have its own handler of this event instead. @default false */
  readonly replaceable?: boolean;
  /**
   * Handles one message.
   *
   * @returns what the `ack` carries when the message has an id, or {@link ANSWERED}
   * @throws BounceWsError what the client is answered
   */
  handle(socket: BounceSocket, message: ClientMessage): unknown;
}
