import type { Observable } from 'rxjs';
import type { SlowReaderPolicy } from '../connection/index.js';

/** Whose subscribers a sender serves: those of its own node, or those of all nodes. */
export type SenderReach = 'node' | 'cluster';

/** Where a sender's messages go, and whether anybody wants them. Given to each sender when it is registered. */
export interface SenderOutlet {
  /** Sends to everybody who subscribed to the event. Without a policy, that of the option `slowReaders` holds. */
  deliver(
    event: string,
    data: unknown,
    reach: SenderReach,
    slowReaders: SlowReaderPolicy | undefined,
  ): void;
  /** Whether the event has subscribers: now, and each time that changes. */
  wanted$(event: string, reach: SenderReach): Observable<boolean>;
  /** Whether the event has subscribers now. */
  isWanted(event: string, reach: SenderReach): boolean;
  /** Whether it is this node's turn to send the event for the whole cluster: now, and each time that changes. */
  turn$(event: string): Observable<boolean>;
  /** Reports a failure that nobody waits for. */
  report(event: string, error: unknown): void;
}
