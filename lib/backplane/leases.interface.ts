import type { Observable } from 'rxjs';

/**
 * Gives each name to one node of the cluster at a time.
 *
 * - A lease is held for 10 s and renewed every 5 s; when its node dies another one has it within 15 s, when its node
 *   lets go of it sooner.
 * - A node that cannot reach the store lets go before the lease ends for the others: better nobody than two.
 */
export interface Leases {
  /**
   * Competes for a name for as long as there is a subscriber, and tells whether this node holds it: now, and each time
   * that changes. Unsubscribing lets go. To be subscribed to once a name.
   */
  hold(name: string): Observable<boolean>;
}
