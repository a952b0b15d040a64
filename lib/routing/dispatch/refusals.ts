import { ANSWERED } from '../../connection/index.js';
import { BounceWsError, type ErrorCode } from '../../protocol/index.js';
import type { Route } from './route.interface.js';

/**
 * Routes for messages that reach no handler. They are routes so that the refusal comes in its turn: a client that sends
 * several messages gets its answers in that order.
 */
export const UNKNOWN_EVENT = refusal('unknown_event');

/** The route of messages of a connection that nobody knows the user of yet. */
export const UNAUTHENTICATED = refusal('unauthenticated');

/** The route of names that are the server's own. */
export const RESERVED_EVENT = refusal('reserved_event');

/** The route of messages that a newer one has overtaken: only a request is answered. */
export const STALE_MESSAGE: Route = {
  ...refusal('stale_message'),
  invoke: ({ id }) => {
    if (id === undefined) return ANSWERED;
    throw new BounceWsError('stale_message');
  },
};

/** The route of a message that the app's own router failed on. */
export function failure(error: unknown, owner = 'The router'): Route {
  return {
    event: owner,
    owner,
    outOfTurn: false,
    alone: false,
    beforeAuthentication: false,
    dropsStale: false,
    invoke: () => {
      throw error;
    },
  };
}

function refusal(code: ErrorCode): Route {
  return {
    ...failure(undefined, code),
    invoke: () => {
      throw new BounceWsError(code);
    },
  };
}
