import { BehaviorSubject, finalize, Observable } from 'rxjs';
import { distinctUntilChanged } from 'rxjs/operators';
import type { Leases } from '../../backplane/index.js';
import { type ProblemLog, type RedisConnection, RedisScript } from '../connection/index.js';
import { LEASE_MS, RENEW_INTERVAL_MS } from '../redis.constants.js';

/** Milliseconds between two attempts to get a lease, and between two looks whether one is still held. */
const TICK_MS = 2_000;
/** How long before its end a lease that could not be renewed is let go, in milliseconds: longer than a tick. */
const MARGIN_MS = 2_500;

const PROBLEM = 'leases could not be taken or renewed';

/** Takes or renews a lease. */
const TAKE = new RedisScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

/** Lets go of a lease, if it is held. */
const LET_GO = new RedisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
`);

interface Candidate {
  readonly isHeld$: BehaviorSubject<boolean>;
  renewAt: number;
  heldUntil: number;
}

/** Leases as keys that expire. A name is asked for every two seconds, and renewed every five. */
export class RedisLeases implements Leases {
  readonly #candidates = new Map<string, Candidate>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly log: ProblemLog,
  ) {
    connection.isReady$.subscribe((isReady) => {
      if (isReady) this.#tick();
    });
  }

  hold(name: string): Observable<boolean> {
    return new Observable<boolean>((subscriber) => {
      const candidate: Candidate = {
        isHeld$: new BehaviorSubject(false),
        renewAt: -Infinity,
        heldUntil: -Infinity,
      };
      this.#candidates.set(name, candidate);
      this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
      void this.#take(name, candidate);
      return candidate.isHeld$
        .pipe(
          distinctUntilChanged(),
          finalize(() => void this.#letGo(name, candidate)),
        )
        .subscribe(subscriber);
    });
  }

  /** Stops asking; what is held is let go of when its subscriber goes, or ends by itself. @internal */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const now = performance.now();
    for (const [name, candidate] of this.#candidates) {
      if (now >= candidate.heldUntil - MARGIN_MS) candidate.isHeld$.next(false);
      if (now >= candidate.renewAt) void this.#take(name, candidate);
    }
  }

  async #take(name: string, candidate: Candidate): Promise<void> {
    if (!this.connection.isReady) return;
    const askedAt = performance.now();
    try {
      const args = [this.connection.nodeId, String(LEASE_MS)];
      const isHeld = (await this.connection.script(TAKE, [this.#key(name)], args)) === 1;
      candidate.heldUntil = isHeld ? askedAt + LEASE_MS : -Infinity;
      candidate.renewAt = isHeld ? askedAt + RENEW_INTERVAL_MS - TICK_MS / 2 : -Infinity;
      candidate.isHeld$.next(isHeld);
      this.log.resolved(PROBLEM, 'leases are taken and renewed again');
    } catch (error) {
      this.log.report(PROBLEM, error);
    }
  }

  async #letGo(name: string, candidate: Candidate): Promise<void> {
    if (this.#candidates.get(name) === candidate) this.#candidates.delete(name);
    if (this.#candidates.size === 0) this.stop();
    if (!this.connection.isReady) return;
    try {
      await this.connection.script(LET_GO, [this.#key(name)], [this.connection.nodeId]);
    } catch (error) {
      // It ends by itself.
      this.log.report(PROBLEM, error);
    }
  }

  #key(name: string): string {
    return this.connection.key('lease', name);
  }
}
