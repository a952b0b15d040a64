import type { Observable } from 'rxjs';
import { distinctUntilChanged, filter, map } from 'rxjs/operators';
import type { RedisDriverFactory } from '../driver/redis-driver.interface.js';
import type { ProblemLog } from './problem-log.js';
import { RedisLink } from './redis-link.js';
import type { RedisScript } from './redis-script.js';

/**
 * This node's connection for commands: what stores are built on. Commands of one turn of the event loop leave together.
 * Nothing is queued for later: what Redis does not answer within two seconds, or while it is away, is rejected.
 */
export class RedisConnection {
  /** Whether commands can be sent: now, and each time that changes. */
  readonly isReady$: Observable<boolean>;
  /** Each time commands can be sent again; the first time too, and at once when they can. */
  readonly returned$: Observable<void>;
  readonly #link: RedisLink;

  /** @internal */
  constructor(
    /** This node's name, new with each start: 22 characters of `A-Z a-z 0-9 - _`. */
    readonly nodeId: string,
    /** What every key and channel begins with. */
    readonly prefix: string,
    createDriver: RedisDriverFactory,
    log: ProblemLog,
  ) {
    this.#link = new RedisLink('the connection for commands', createDriver, () => undefined, log);
    this.isReady$ = this.#link.isReady$;
    this.returned$ = this.isReady$.pipe(
      distinctUntilChanged(),
      filter(Boolean),
      map(() => undefined),
    );
  }

  /** Whether commands can be sent now. */
  get isReady(): boolean {
    return this.#link.isReady;
  }

  /** Why they cannot. */
  get lastError(): Error | undefined {
    return this.#link.lastError;
  }

  /** A key, or the name of a channel: the prefix and the parts with colons between. Tokens never are a part. */
  key(...parts: readonly string[]): string {
    return `${this.prefix}:${parts.join(':')}`;
  }

  /** A key of what a node has told. In a Redis Cluster, all of a node's keys are in one slot. */
  nodeKey(part: string, nodeId: string = this.nodeId): string {
    return `${this.prefix}:{${nodeId}}:${part}`;
  }

  /**
   * Sends a command whose first key is `key`.
   *
   * @throws RedisUnavailableError; an error of Redis' own when it refuses the command
   */
  command(key: string, ...args: readonly string[]): Promise<unknown> {
    return this.#link.use((driver) => driver.send(key, args));
  }

  /**
   * Runs a script, by its name if Redis knows it.
   *
   * @param keys - all keys it uses; in a Redis Cluster they have to be in one slot
   * @throws RedisUnavailableError; an error of Redis' own when the script fails
   */
  script(
    { sha1, source }: RedisScript,
    keys: readonly [string, ...string[]],
    args: readonly string[] = [],
  ): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    return this.#link.use(async (driver) => {
      try {
        return await driver.send(keys[0], ['EVALSHA', sha1, ...rest]);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return driver.send(keys[0], ['EVAL', source, ...rest]);
      }
    });
  }

  /** Publishes on a channel that other nodes listen to with `RedisSubscriber`. @throws as {@link command} */
  publish(channel: string, payload: string): Promise<unknown> {
    return this.#link.use((driver) => driver.publish(channel, payload));
  }

  /** @internal */
  start(): Promise<void> {
    return this.#link.start();
  }

  /** @internal */
  stop(): void {
    this.#link.stop();
  }

  /** Gives the present connection up and makes a new one. @internal */
  giveUp(error: Error): void {
    this.#link.giveUp(error);
  }
}
