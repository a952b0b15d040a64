import type { MessageContext } from './message-context.js';
import type { Route } from './route.interface.js';

/**
 * Chooses the handler of a message. Replace it (option `router`) for other rules than the exact name, for instance a
 * prefix. It is called once a message, must not wait, and sees only what the app handles: reserved events go their own
 * way. A throw is answered `internal_error`.
 *
 * @example
 * class PrefixRouter implements EventRouter {
 *   route(context: MessageContext, routes: ReadonlyMap<string, Route>) {
 *     return routes.get(context.event) ?? routes.get(context.event.split('.')[0]!);
 *   }
 * }
 */
export interface EventRouter {
  /** @returns the route to take, or `undefined`: the client is answered `unknown_event` */
  route(context: MessageContext, routes: ReadonlyMap<string, Route>): Route | undefined;
}

/** The default router: an event goes to the handler of exactly its name. */
export class ExactRouter implements EventRouter {
  route({ event }: MessageContext, routes: ReadonlyMap<string, Route>): Route | undefined {
    return routes.get(event);
  }
}
