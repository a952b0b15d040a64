import { type ClientMessage, ReservedEvent } from '../../protocol/index.js';
import type { BounceSocket } from '../../connection/index.js';
import type { ConnectHook, DisconnectHook } from '../dispatch/endpoint-routes.js';
import { MessageContext } from '../dispatch/message-context.js';
import type { FoundHandler, RouteFactory } from './route.factory.js';

/** What runs when a connection opens and ends. */
export interface LifecycleHooks {
  readonly connectHooks: readonly ConnectHook[];
  readonly disconnectHooks: readonly DisconnectHook[];
}

/** Nest's own hooks: `handleConnection(client, request)` and `handleDisconnect(client, code)`. */
export function nativeHooks(instance: object): LifecycleHooks {
  const { handleConnection, handleDisconnect } = instance as {
    handleConnection?: (...args: unknown[]) => unknown;
    handleDisconnect?: (...args: unknown[]) => unknown;
  };
  return {
    connectHooks: handleConnection === undefined ? [] : [handleConnection.bind(instance)],
    disconnectHooks: handleDisconnect === undefined ? [] : [handleDisconnect.bind(instance)],
  };
}

/** The `@OnEvent('connect')` and `@OnEvent('disconnect')` methods of a gateway. */
export function lifecycleHooks(
  handlers: readonly FoundHandler[],
  routes: RouteFactory,
): LifecycleHooks {
  const connects = handlers.filter(
    ({ event, isNative }) => !isNative && event === ReservedEvent.Connect,
  );
  const disconnects = handlers.filter(
    ({ event, isNative }) => !isNative && event === ReservedEvent.Disconnect,
  );
  return {
    connectHooks: connects.map((handler) => {
      const { invoke } = routes.create(handler);
      return (socket) => invoke(raised(socket, ReservedEvent.Connect, {}));
    }),
    disconnectHooks: disconnects.map((handler) => {
      // No guard may keep an app from cleaning up after a client.
      const { invoke } = routes.createUnguarded(handler);
      return (socket, code, reason) =>
        invoke(raised(socket, ReservedEvent.Disconnect, { code, reason }));
    }),
  };
}

function raised(socket: BounceSocket, event: string, data: object): MessageContext {
  const message: ClientMessage = {
    event,
    data,
    id: undefined,
    timestampMicros: undefined,
    error: undefined,
  };
  return new MessageContext(socket, message);
}
