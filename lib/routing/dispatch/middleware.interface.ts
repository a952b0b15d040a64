import type { MessageContext } from './message-context.js';

/**
 * Runs around the handling of every event that the app handles, `connect` and `disconnect` included, those that this
 * package handles itself (`subscribe`, `ping`, ...) not. It must return what `next()` returns, or something in its place.
 * Throwing refuses the message. The idea comes from microsockets' `before_on`.
 *
 * @example
 * const timing: EventMiddleware = async (context, next) => {
 *   const start = performance.now();
 *   try {
 *     return await next();
 *   } finally {
 *     histogram.observe({ event: context.event }, performance.now() - start);
 *   }
 * };
 */
export type EventMiddleware = (context: MessageContext, next: () => unknown) => unknown;
