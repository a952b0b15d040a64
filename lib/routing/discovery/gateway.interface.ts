import type { ConnectHook, DisconnectHook } from '../dispatch/endpoint-routes.js';
import type { Route } from '../dispatch/route.interface.js';

/** A gateway, or a handler class, with everything that was worked out from its decorators. */
export interface Gateway {
  /** The class name. */
  readonly name: string;
  /** The port it listens on; 0 is the app's own HTTP server. */
  readonly port: number;
  /** The path it is bound to; `undefined`: every endpoint of the module. */
  readonly path: string | undefined;
  readonly routes: readonly Route[];
  readonly connectHooks: readonly ConnectHook[];
  readonly disconnectHooks: readonly DisconnectHook[];
}
