import { setImmediate as turn } from 'node:timers/promises';
import {
  BounceWsError,
  type HistoryPosition,
  type HistorySlice,
  type HistoryStore,
} from 'bounce-ws';
import { type Observable, Subject } from 'rxjs';

/** A store that takes its time, as one node sees it, and that it can lose. */
export class SlowStore implements HistoryStore {
  readonly #returned = new Subject<void>();
  readonly returned$: Observable<void> = this.#returned.asObservable();
  #isReady = true;
  #lostAnswers = 0;

  constructor(
    private readonly store: HistoryStore,
    private readonly delay: () => number,
  ) {}

  get isReady(): boolean {
    return this.#isReady;
  }

  /** What is asked from now on is not, and what is under way has no answer. */
  lose(): void {
    this.#isReady = false;
  }

  /** The next call happens, but nobody hears of it. */
  loseAnswer(): void {
    this.#lostAnswers = 1;
  }

  find(): void {
    this.#lostAnswers = 0;
    if (this.#isReady) return;
    this.#isReady = true;
    this.#returned.next();
  }

  append(...args: Parameters<HistoryStore['append']>): Promise<HistoryPosition> {
    return this.#answer(() => this.store.append(...args));
  }

  readSince(...args: Parameters<HistoryStore['readSince']>): Promise<HistorySlice> {
    return this.#answer(() => this.store.readSince(...args));
  }

  readLatest(...args: Parameters<HistoryStore['readLatest']>): Promise<HistorySlice> {
    return this.#answer(() => this.store.readLatest(...args));
  }

  heads(rooms: readonly string[]): Promise<readonly (HistoryPosition | undefined)[]> {
    return this.#answer(() => this.store.heads(rooms));
  }

  breakOff(room: string, epoch: string): Promise<HistoryPosition> {
    return this.#answer(() => this.store.breakOff(room, epoch));
  }

  async #answer<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#isReady) throw new BounceWsError('unavailable');
    // In the order of the calls; it is the answers that take time.
    const answer = call();
    const isLost = this.#lostAnswers-- > 0;
    for (let turns = this.delay(); turns > 0; turns--) await turn();
    if (isLost || !this.#isReady) throw new BounceWsError('unavailable');
    return answer;
  }
}
