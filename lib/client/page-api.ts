import type { BounceClient } from './bounce-client.js';
import {
  joinPageEvent,
  splitPageMessage,
  type PageEvent,
  type PageMessage,
} from './page-messages.js';

/** A page's `HANDLERS`: what to call for which event, `connect` and `disconnect` included. */
export type PageHandlers = Readonly<Record<string, (message: PageEvent) => unknown>>;

/** The part of `window` that the page's interface lives in. */
export interface PageScope extends Pick<EventTarget, 'addEventListener'> {
  readonly document: Pick<EventTarget, 'addEventListener'> & { readonly readyState: string };
  HANDLERS?: PageHandlers | undefined;
  sendMessage?: (message: PageMessage) => void;
  send_message?: (message: PageMessage) => void;
}

/**
 * Gives a page `HANDLERS` and `sendMessage`, after websocket-zero: no object to create, nothing to connect. The one
 * connection behind them is opened when it is first needed: by a handler that exists once the page is parsed or is
 * assigned later, or by a message.
 *
 * @param handlers the page's handlers as they are now
 * @param open opens the connection
 */
export function installPageApi(
  scope: PageScope,
  handlers: () => PageHandlers,
  open: () => BounceClient,
): void {
  let client: BounceClient | undefined;
  const shared = () => (client ??= attach(open(), handlers));
  const openIfHandled = () => {
    if (Object.keys(handlers()).length > 0) shared();
  };
  const send = (message: PageMessage) => shared().emit(...splitPageMessage(message));
  scope.sendMessage = scope.send_message = send;
  scope.HANDLERS ??= {};
  if (scope.document.readyState === 'complete') {
    watchAssignment(scope, openIfHandled);
    // The script that loaded this one has yet to set its handlers.
    setTimeout(openIfHandled);
  } else {
    scope.document.addEventListener('DOMContentLoaded', () => {
      watchAssignment(scope, openIfHandled);
      openIfHandled();
    });
    scope.addEventListener('load', openIfHandled);
  }
}

function attach(client: BounceClient, handlers: () => PageHandlers): BounceClient {
  const call = (event: string, data: unknown): boolean => {
    const found = handlers();
    // An own property only: the server may send an event named "constructor".
    const handler = Object.hasOwn(found, event) ? found[event] : undefined;
    handler?.(joinPageEvent(event, data));
    return handler !== undefined;
  };
  client.onAny(call);
  client.on('connect', () => call('connect', {}));
  client.on('disconnect', (close) => call('disconnect', close));
  client.on('error', (data) => {
    if (!call('error', data)) console.error('[bounce-ws]', data);
  });
  return client;
}

function watchAssignment(scope: PageScope, onAssigned: () => void): void {
  // `var HANDLERS` in the page makes a property that cannot be redefined; its assignments go unnoticed, its handlers do not.
  if (Object.getOwnPropertyDescriptor(scope, 'HANDLERS')?.configurable === false) return;
  let current = scope.HANDLERS;
  Object.defineProperty(scope, 'HANDLERS', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(assigned: PageHandlers | undefined) {
      current = assigned;
      onAssigned();
    },
  });
}
