import { catchError, defer, EMPTY, exhaustMap, of, type Subscription, switchMap } from 'rxjs';
import { AbstractSender } from './abstract-sender.js';
import { intervalOf, type Schedule } from './schedule.js';
import { ticks } from './ticks.js';

/**
 * A source of one event that sends by the clock. It runs from boot on, unless {@link autoStart} is `false`, and rests
 * while nobody subscribes, unless `computeWhenIdle` is `true`. A tick that finds the one before still at work is left
 * out; a tick that fails is logged and the next one comes.
 *
 * @example
 * @Injectable()
 * export class ClockSender extends AbstractTimedSender<{ now: string }> {
 *   readonly event = 'clock';
 *   readonly schedule = { rateHz: 10 };
 *   protected createMessageData() {
 *     return { now: new Date().toISOString() };
 *   }
 * }
 */
export abstract class AbstractTimedSender<TData = unknown> extends AbstractSender<TData> {
  /** How often to send: `{ rateHz }` (at most 1 000) or `{ intervalMs }`. */
  abstract readonly schedule: Schedule;
  /** Whether it runs from boot on. @default true */
  readonly autoStart: boolean = true;

  #run: Subscription | undefined;

  /** Whether it is started; it may rest all the same while nobody subscribes. */
  get running(): boolean {
    return this.#run !== undefined;
  }

  /** Starts sending. Starting twice is no error. @throws ConfigurationError for a schedule out of range */
  start(): void {
    if (this.#run !== undefined) return;
    const intervalMs = intervalOf(this.schedule, this.constructor.name);
    const { outlet } = this;
    const active$ = this.computeWhenIdle ? of(true) : outlet.wanted$(this.event);
    this.#run = active$
      .pipe(
        switchMap((active) => (active ? ticks(intervalMs) : EMPTY)),
        exhaustMap(() =>
          defer(() => this.produce() ?? EMPTY).pipe(
            catchError((error: unknown) => {
              outlet.report(this.event, error);
              return EMPTY;
            }),
          ),
        ),
      )
      .subscribe();
  }

  /** Stops sending. Stopping twice is no error. */
  stop(): void {
    this.#run?.unsubscribe();
    this.#run = undefined;
  }

  /** @internal */
  override detach(): void {
    this.stop();
  }
}
