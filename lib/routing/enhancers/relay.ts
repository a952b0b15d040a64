import { Observable, type Observer, ReplaySubject, switchMap, take } from 'rxjs';

/**
 * Stands between a handler's Observable, whose interceptors had to be subscribed to early on, and whoever takes its items
 * later, or never: the handler's own Observable starts only when somebody does.
 */
export class Relay implements Observer<unknown> {
  readonly #subscribed = new ReplaySubject<void>(1);
  #waiting: ((observer: Observer<unknown>) => void)[] = [];
  #target: Observer<unknown> | undefined;

  next(item: unknown): void {
    this.#pass((observer) => observer.next(item));
  }

  error(error: unknown): void {
    this.#pass((observer) => observer.error(error));
  }

  complete(): void {
    this.#pass((observer) => observer.complete());
  }

  /** A source that starts when {@link asObservable} is subscribed to. */
  whenSubscribed(source$: Observable<unknown>): Observable<unknown> {
    return this.#subscribed.pipe(
      take(1),
      switchMap(() => source$),
    );
  }

  /** The items, for one subscriber. @param stop - ends the subscription behind them */
  asObservable(stop: () => void): Observable<unknown> {
    return new Observable((subscriber) => {
      this.#target = subscriber;
      // An interceptor may have put items of its own in front.
      for (const notify of this.#waiting) notify(subscriber);
      this.#waiting = [];
      this.#subscribed.next();
      return stop;
    });
  }

  #pass(notify: (observer: Observer<unknown>) => void): void {
    if (this.#target === undefined) this.#waiting.push(notify);
    else notify(this.#target);
  }
}
