import type { BounceSocket } from '../../connection/index.js';
import type { Route } from './route.interface.js';

/** Called when a connection opens; a rejection refuses it. `request` is the HTTP upgrade request. */
export type ConnectHook = (socket: BounceSocket, request: unknown) => unknown;

/** Called when a connection has ended. */
export type DisconnectHook = (socket: BounceSocket, code: number, reason: string) => unknown;

/** What happens on one endpoint, worked out once at boot. */
export interface EndpointRoutes {
  /** The app's handlers by event. */
  readonly routes: ReadonlyMap<string, Route>;
  /** The package's own, which go first. */
  readonly reserved: ReadonlyMap<string, Route>;
  readonly connectHooks: readonly ConnectHook[];
  readonly disconnectHooks: readonly DisconnectHook[];
}
