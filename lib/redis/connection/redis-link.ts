import { BehaviorSubject, firstValueFrom, type Observable, race, timer } from 'rxjs';
import { filter } from 'rxjs/operators';
import type { RedisDriver, RedisDriverFactory } from '../driver/redis-driver.interface.js';
import { PROBE_INTERVAL_MS, REPLY_TIMEOUT_MS } from '../redis.constants.js';
import { backOffMs } from './back-off.js';
import type { ProblemLog } from './problem-log.js';
import { RedisUnavailableError } from './redis-unavailable.error.js';

/**
 * A connection that comes back: it is probed, given up when an answer takes too long, and made anew, for ever. There is
 * no queue: while it is away, everything is refused at once.
 */
export class RedisLink {
  readonly #isReady = new BehaviorSubject(false);
  /** Whether it is there: now, and each time that changes. */
  readonly isReady$: Observable<boolean> = this.#isReady.asObservable();

  #driver: RedisDriver | undefined;
  #lastError: Error | undefined;
  #attempt = 0;
  #isStopped = false;
  #retry: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(
    /** For the log: `the connection for commands`. */
    private readonly name: string,
    private readonly createDriver: RedisDriverFactory,
    private readonly onMessage: (channel: string, payload: Buffer) => void,
    private readonly log: ProblemLog,
  ) {}

  /** Whether commands can be sent now. */
  get isReady(): boolean {
    return this.#isReady.value;
  }

  /** Why it is not there, as far as is known. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  /** Starts to connect. @returns when it is there, or after two seconds */
  async start(): Promise<void> {
    this.#connect();
    await firstValueFrom(race(this.isReady$.pipe(filter(Boolean)), timer(REPLY_TIMEOUT_MS)));
  }

  /** Ends it for good. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    this.#release();
  }

  /**
   * Hands the connection to `use`.
   *
   * @throws RedisUnavailableError when it is not there, or goes away before the answer; else what Redis answered
   */
  async use<T>(use: (driver: RedisDriver) => Promise<T>): Promise<T> {
    const driver = this.#driver;
    if (driver === undefined || !this.isReady) throw new RedisUnavailableError(this.#lastError);
    try {
      return await use(driver);
    } catch (error) {
      if (driver !== this.#driver) throw new RedisUnavailableError(error);
      throw error;
    }
  }

  /** Gives the present connection up: whoever uses it found that it is of no use. */
  giveUp(error: Error): void {
    if (this.#driver !== undefined) this.#lost(this.#driver, error);
  }

  #connect(): void {
    const driver: RedisDriver = this.createDriver({
      message: this.onMessage,
      lost: (error) => this.#lost(driver, error),
    });
    this.#driver = driver;
    this.#deadline = setTimeout(() => {
      this.#lost(driver, new Error(`no connection within ${driver.connectTimeoutMs} ms`));
    }, driver.connectTimeoutMs);
    driver.connect().then(
      () => this.#opened(driver),
      (error: unknown) => this.#lost(driver, error as Error),
    );
  }

  #opened(driver: RedisDriver): void {
    if (driver !== this.#driver) return;
    clearTimeout(this.#deadline);
    this.#lastError = undefined;
    this.#probe = setInterval(() => this.#ping(driver), PROBE_INTERVAL_MS);
    this.log.resolved(`${this.name} was lost`, `${this.name} is there again`);
    this.#isReady.next(true);
  }

  #ping(driver: RedisDriver): void {
    driver.ping().then(
      // Not when it connects: a server that accepts and then fails is asked less and less often.
      () => (this.#attempt = 0),
      (error: unknown) => this.#lost(driver, error as Error),
    );
  }

  #lost(driver: RedisDriver, error: Error): void {
    if (driver !== this.#driver) return;
    this.#lastError = error;
    this.#release();
    if (this.#isStopped) return;
    this.log.report(`${this.name} was lost`, error);
    this.#retry = setTimeout(() => this.#connect(), backOffMs(this.#attempt++, error));
  }

  #release(): void {
    const driver = this.#driver;
    this.#driver = undefined;
    clearInterval(this.#probe);
    clearTimeout(this.#deadline);
    // What waits for an answer rejects.
    driver?.destroy();
    if (this.#isReady.value) this.#isReady.next(false);
  }
}
