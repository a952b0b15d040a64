import { asyncScheduler, Observable } from 'rxjs';

/**
 * Counts ticks aimed at absolute times, start + n * interval, so that the rate holds although timers fire late and only
 * know whole milliseconds: 60 Hz is 600 ticks in 10 s, where `setInterval(16.67)` makes 625. Ticks missed while the
 * event loop was busy are left out, not made up for.
 *
 * @param intervalMs - time between two ticks; fractions count
 */
export function ticks(intervalMs: number): Observable<number> {
  return new Observable((subscriber) => {
    const startMs = performance.now();
    let index = 1;
    const delay = (): number =>
      Math.max(0, Math.ceil(startMs + index * intervalMs - performance.now()));
    return asyncScheduler.schedule(function () {
      const tick = index;
      index = Math.max(index, Math.floor((performance.now() - startMs) / intervalMs)) + 1;
      subscriber.next(tick);
      if (!subscriber.closed) this.schedule(undefined, delay());
    }, delay());
  });
}
