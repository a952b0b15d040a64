import type { Observable } from 'rxjs';

/**
 * Knows which senders' events anybody on another node subscribed to. A node's interest is gone with its lease.
 */
export interface InterestDirectory {
  /** Says whether this node has subscribers of an event. @returns when other nodes were told. Never rejects */
  announce(event: string, isWanted: boolean): Promise<void>;
  /** Whether another node has subscribers, as far as is known; while the others are unknown, what was known last. */
  isWanted(event: string): boolean;
  /** The events for which {@link isWanted} may have changed. */
  readonly changed$: Observable<string>;
}
