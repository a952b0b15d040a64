import type { Observable } from 'rxjs';
import type { SlowReaderPolicy } from '../connection/index.js';

/** Where a sender's messages go, and whether anybody wants them. Given to each sender when it is registered. */
export interface SenderOutlet {
  /** Sends to everybody who subscribed to the event. Without a policy, that of the option `slowReaders` holds. */
  deliver(event: string, data: unknown, slowReaders: SlowReaderPolicy | undefined): void;
  /** Whether the event has subscribers: now, and each time that changes. */
  wanted$(event: string): Observable<boolean>;
  /** Whether the event has subscribers now. */
  isWanted(event: string): boolean;
  /** Reports a failure that nobody waits for. */
  report(event: string, error: unknown): void;
}
