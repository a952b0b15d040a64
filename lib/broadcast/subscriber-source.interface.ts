import type { BounceSocket } from '../connection/index.js';

/** Knows who subscribed to what; implemented by the senders, above this folder. */
export interface SubscriberSource {
  /** The sockets that subscribed to a sender's event. */
  subscribers(event: string): Iterable<BounceSocket<object>>;
}
