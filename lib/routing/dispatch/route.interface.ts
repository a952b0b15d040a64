import type { MessageContext } from './message-context.js';

/** What handles one event: everything about it is decided at boot. */
export interface Route {
  readonly event: string;
  /** The class and method behind it, for errors and logs: `ChatGateway.announce`. */
  readonly owner: string;
  /** Handled on arrival, never behind a pending handler. */
  readonly outOfTurn: boolean;
  /** Nothing else of the connection is begun while it is at work. */
  readonly alone: boolean;
  /** Handled also while the connection waits for its user. */
  readonly beforeAuthentication: boolean;
  /** Whether messages that a newer one has overtaken are dropped. */
  readonly dropsStale: boolean;
  /** Handles one message. May return a value, a promise or an Observable, and may throw anything. */
  readonly invoke: (context: MessageContext) => unknown;
}
