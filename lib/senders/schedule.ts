import { ConfigurationError } from '../common/index.js';

/** How often a timed sender sends: a rate, or an interval. */
export type Schedule = { readonly rateHz: number } | { readonly intervalMs: number };

/** The longest delay a timer can have; a longer one would fire at once (Node.js documentation of `setTimeout`). */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

/**
 * The time between two ticks in milliseconds.
 *
 * @throws ConfigurationError unless it is between 1 ms (1 000 Hz) and 2^31-1 ms
 */
export function intervalOf(schedule: Schedule, owner: string): number {
  const intervalMs = 'rateHz' in schedule ? 1_000 / schedule.rateHz : schedule.intervalMs;
  if (intervalMs >= 1 && intervalMs <= LONGEST_INTERVAL_MS) return intervalMs;
  throw new ConfigurationError(
    `${owner}: a timed sender needs a rateHz of at most 1000, or an intervalMs from 1 to ${LONGEST_INTERVAL_MS}`,
  );
}
