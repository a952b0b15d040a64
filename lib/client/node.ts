import { WebSocket } from 'ws';
import type { EventMap } from '../protocol/event-map.js';
import { BounceClient as AnyBounceClient } from './bounce-client.js';
import type { ClientOptions } from './client.options.js';

export * from './index.js';

/**
 * {@link AnyBounceClient} as Node gets it from `bounce-ws/client`: its connections are those of `ws`, also on versions
 * of Node that have a WebSocket of their own.
 */
export class BounceClient<
  TServerEvents extends object = EventMap,
  TClientEvents extends object = EventMap,
> extends AnyBounceClient<TServerEvents, TClientEvents> {
  constructor(url: string | URL, options: ClientOptions = {}) {
    super(url, { ...options, WebSocket: options.WebSocket ?? WebSocket });
  }
}
