import type { Type } from '@nestjs/common';
import type { EventMiddleware } from './dispatch/middleware.interface.js';
import type { EventRouter } from './dispatch/event-router.interface.js';

/** What happens to a message that is older than one of the same event and connection that was handled already. */
export type StaleMessages = 'drop' | 'handle';

/** Options of the way from a message to its handler. */
export interface RoutingOptions {
  /** Milliseconds a handler has; then the client is answered `timeout` and the next message is handled. @default 10000 */
  readonly handlerTimeoutMs?: number;
  /** Messages of one connection handled at the same time; with 1 they are handled strictly in order. @default 1 */
  readonly concurrency?: number;
  /** Messages of one connection that may wait for a handler; then the connection is not read from. @default 256 */
  readonly maxPendingMessages?: number;
  /** Whether messages that a newer one has overtaken are dropped. @default 'drop' */
  readonly staleMessages?: StaleMessages;
  /** Deepest nesting of `data`; deeper is `too_deep`. @default 32 */
  readonly maxDepth?: number;
  /** Most keys in one object of a message; more is `limit_exceeded`. @default 1000 */
  readonly maxKeys?: number;
  /** Observables of one connection that may run at once; more are `limit_exceeded`. @default 128 */
  readonly streamsPerConnection?: number;
  /** Runs around every event of the app, the first one outermost. @default [] */
  readonly middleware?: readonly EventMiddleware[];
  /** Chooses the handler of an event: an instance, or a class that Nest creates. @default by the exact name */
  readonly router?: EventRouter | Type<EventRouter>;
}

/** The part of the options this folder reads, with defaults filled in. */
export type ResolvedRoutingOptions = Required<Omit<RoutingOptions, 'router'>>;
