import { BounceMetadata } from '../../common/index.js';
import type { StaleMessages } from '../routing.options.js';

/** Options of one handler. */
export interface OnEventOptions {
  /** Whether messages that a newer one has overtaken are dropped. @default the module's `staleMessages` */
  readonly staleMessages?: StaleMessages;
}

/** What {@link OnEvent} notes on a method. @internal */
export interface OnEventMetadata {
  readonly events: readonly string[];
  readonly options: OnEventOptions;
}

/**
 * Makes a gateway's method the handler of an event, or of several. Its first parameter is the client; every other one is
 * taken from the payload by its name: one with a default value is optional, one without is required.
 *
 * `connect` (the client only) and `disconnect` (the client, `code`, `reason`) are raised by the server.
 *
 * @param event - 1 to 128 characters, not a reserved name; no other handler on the same path may have it
 * @example
 * @OnEvent('announce')
 * announce(client: BounceSocket, text: string, channel = 'general') {
 *   this.broadcast.to(channel).emit('announce', { text, channel, from: client.id });
 * }
 */
export function OnEvent(
  event: string | readonly string[],
  options: OnEventOptions = {},
): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as object;
    const events = typeof event === 'string' ? [event] : event;
    const earlier = Reflect.getMetadata(BounceMetadata.OnEvent, method) as
      OnEventMetadata | undefined;
    const metadata: OnEventMetadata = { events: [...(earlier?.events ?? []), ...events], options };
    Reflect.defineMetadata(BounceMetadata.OnEvent, metadata, method);
  };
}

/** The same as {@link OnEvent}, for files that also import `OnEvent` of `@nestjs/event-emitter`. */
export const OnWsEvent = OnEvent;
