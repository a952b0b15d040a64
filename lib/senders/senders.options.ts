import type { SlowReaderPolicy } from '../connection/index.js';

/** Options of subscriptions and senders. */
export interface SendersOptions {
  /** Most subscriptions of one connection; more are refused with `limit_exceeded`. @default 128 */
  readonly subscriptionsPerConnection?: number;
  /** Most names in one `subscribe` or `unsubscribe`. @default 100 */
  readonly namesPerSubscribe?: number;
  /**
   * What becomes of a sender's message for a subscriber that has not read what was sent before: it waits (`disconnect`:
   * up to `maxQueuedBytes`, then the connection is ended), it is dropped (`drop-volatile`), or only the latest one of
   * the event waits (`coalesce`). A sender may have its own policy.
   *
   * @default 'disconnect'
   */
  readonly slowReaders?: SlowReaderPolicy;
}
