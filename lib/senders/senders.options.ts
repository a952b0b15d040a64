/** Options of subscriptions. */
export interface SendersOptions {
  /** Most subscriptions of one connection; more are refused with `limit_exceeded`. @default 128 */
  readonly subscriptionsPerConnection?: number;
  /** Most names in one `subscribe` or `unsubscribe`. @default 100 */
  readonly namesPerSubscribe?: number;
}
