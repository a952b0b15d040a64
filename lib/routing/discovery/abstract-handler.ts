import type { BounceSocket } from '../../connection/index.js';
import type { AbstractSender } from '../../senders/index.js';

/**
 * A handler of one event in a class of its own, for apps that prefer one class an event to gateways. Extend it and list
 * the class among a module's providers. The idea comes from bounce_ws.
 *
 * @typeParam TData - the payload; it is not checked, check it in {@link handle}
 * @example
 * @Injectable()
 * export class PublishHandler extends AbstractHandler<{ text: string }> {
 *   readonly event = 'publish';
 *   constructor(override readonly callbackSender: NewsCountSender) {
 *     super();
 *   }
 *   handle(client: BounceSocket, { text }: { text: string }) {
 *     console.log(`${client.id} published ${text}`);
 *   }
 * }
 */
export abstract class AbstractHandler<TData = unknown> {
  /** The event it handles, on every endpoint of the module. */
  abstract readonly event: string;
  /** Sends after every message that was handled without an error. */
  readonly callbackSender?: AbstractSender;

  /** Handles one message. What it returns is answered as with `@OnEvent`. */
  abstract handle(client: BounceSocket, data: TData): unknown;
}
