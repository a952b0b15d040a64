import {
  catchError,
  defer,
  EMPTY,
  exhaustMap,
  type Observable,
  of,
  type Subscription,
  switchMap,
} from 'rxjs';
import { AbstractSender } from './abstract-sender.js';
import { intervalOf, type Schedule } from './schedule.js';
import type { SenderReach } from './sender-outlet.interface.js';
import { ticks } from './ticks.js';

/**
 * A source of one event that sends by the clock. It runs from boot on, unless {@link autoStart} is `false`, and rests
 * while nobody subscribes, unless `computeWhenIdle` is `true`. A tick that finds the one before still at work is left
 * out; a tick that fails is logged and the next one comes.
 *
 * On several nodes each one runs for its own subscribers, unless {@link once} says otherwise.
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
  /**
   * `cluster`: it runs on one node at a time, for the subscribers of all, and on none while there are none. When that node
   * stops another one goes on at once; when it dies, within 15 s.
   *
   * @default every node runs it for its own subscribers
   */
  readonly once?: 'cluster' | undefined;

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
    this.#run = this.#active$()
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
  protected override get reach(): SenderReach {
    return this.once ?? 'node';
  }

  /** @internal */
  override detach(): void {
    this.stop();
  }

  /** Whether it is to send. A node competes for its turn only while there is something to do. */
  #active$(): Observable<boolean> {
    const { event, outlet, reach } = this;
    const wanted$ = this.computeWhenIdle ? of(true) : outlet.wanted$(event, reach);
    if (reach === 'node') return wanted$;
    return wanted$.pipe(switchMap((isWanted) => (isWanted ? outlet.turn$(event) : of(false))));
  }
}
