import { ConfigurationError, EVENT_EMITTER_LISTENER_METADATA } from '../../common/index.js';
import { isEventName, isReservedEvent } from '../../protocol/index.js';
import type { Route } from '../dispatch/route.interface.js';

/** Refuses a handler of a name that is reserved, or none. @throws ConfigurationError */
export function assertHandledEvent(event: unknown, owner: string): asserts event is string {
  if (!isEventName(event)) {
    throw new ConfigurationError(
      `${owner}: ${JSON.stringify(event)} is no event name (a string of 1 to 128 characters)`,
    );
  }
  if (isReservedEvent(event)) {
    throw new ConfigurationError(`${owner}: the event "${event}" is reserved`);
  }
}

/** Puts routes into a table. @throws ConfigurationError when two handle the same event, naming both */
export function toRouteTable(routes: Iterable<Route>): Map<string, Route> {
  const table = new Map<string, Route>();
  for (const route of routes) {
    const taken = table.get(route.event);
    if (taken !== undefined) {
      throw new ConfigurationError(
        `${route.owner}: the event "${route.event}" is handled by ${taken.owner} already`,
      );
    }
    table.set(route.event, route);
  }
  return table;
}

/**
 * Whether parameter names look as if a minifier had given them: two or more single letters in a minifier's order
 * (`e, t, n`, or alphabetical). Well-chosen short names (`x, y`) do not.
 */
export function looksMinified(names: readonly string[]): boolean {
  const text = names.join('');
  return (
    names.length >= 2 &&
    names.every((name) => name.length === 1) &&
    MINIFIERS_ORDERS.some((order) => order.startsWith(text))
  );
}

const MINIFIERS_ORDERS = ['abcdefghij', 'etnrioasl', 'etrnioasl', 'tenrioasl'];

/** Whether a method carries the decorator of the same name from `@nestjs/event-emitter`. */
export function hasEventEmitterListener(method: object): boolean {
  return Reflect.hasMetadata(EVENT_EMITTER_LISTENER_METADATA, method);
}
