import { BounceMetadata } from '../common/index.js';
import type { SlowReaderPolicy } from '../connection/index.js';
import type { Schedule } from './schedule.js';

/** Options of {@link EmitEvery}: how often, and what else holds for the sender. */
export type EmitEveryOptions = Schedule & {
  /** Whether it runs from boot on; otherwise `SenderRegistry.start(event)` starts it. @default true */
  readonly autoStart?: boolean;
  /** Whether the method runs although nobody subscribes. @default false */
  readonly computeWhenIdle?: boolean;
  /**
   * `cluster`: one node at a time runs it, for the subscribers of all nodes; see `AbstractTimedSender.once`.
   *
   * @default every node runs it for its own subscribers
   */
  readonly once?: 'cluster';
  /** What becomes of a message for a subscriber that is behind. @default the option `slowReaders` */
  readonly slowReaders?: SlowReaderPolicy;
};

/** What {@link EmitEvery} notes on a method. @internal */
export interface EmitEveryMetadata {
  readonly event: string;
  readonly options: EmitEveryOptions;
}

/**
 * Makes a method of a gateway or provider a timed sender: what it returns, at once or later, goes to all subscribers of
 * the event. `undefined` sends nothing this time.
 *
 * @param event - what clients subscribe to; unique among all senders
 * @example
 * @EmitEvery('ticker', { rateHz: 10 })
 * tick() {
 *   return { price: nextPrice() };
 * }
 */
export function EmitEvery(event: string, options: EmitEveryOptions): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const metadata: EmitEveryMetadata = { event, options };
    Reflect.defineMetadata(BounceMetadata.EmitEvery, metadata, descriptor.value as object);
  };
}
