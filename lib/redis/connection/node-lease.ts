import { type Observable, Subject } from 'rxjs';
import { LEASE_MS, RENEW_INTERVAL_MS } from '../redis.constants.js';
import type { ProblemLog } from './problem-log.js';
import type { RedisConnection } from './redis-connection.js';
import { RedisScript } from './redis-script.js';

/** How long a dead node is remembered, in milliseconds, so that what it left can be cleaned up. */
const REMEMBERED_MS = 3_600_000;

/**
 * Renews this node's lease and tells who is alive. The end of a lease is counted on Redis' clock: those of the nodes may
 * be wrong by any amount.
 */
const RENEW = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
-- When no node is left to do so, the memory of those that died goes by itself.
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local alive = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
local expired = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)
local wasAlive = 0
if ends and tonumber(ends) > now then wasAlive = 1 end
return { wasAlive, alive, expired }
`);

/** The nodes whose lease has not ended. */
const ALIVE = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
`);

/** What a renewal found. */
export interface LeaseRenewal {
  /** Whether the lease had ended, or Redis had forgotten it: whatever this node told is gone and has to be told anew. */
  readonly isNew: boolean;
  /** All nodes whose lease holds, this one included. */
  readonly alive: readonly string[];
  /** Nodes of the last hour whose lease has ended. */
  readonly expired: readonly string[];
}

/**
 * This node's lease: the one thing that has to be renewed to stay in the cluster, however many connections there are. It
 * holds for ten seconds and is renewed every five, and as soon as there is a connection again.
 */
export class NodeLease {
  readonly #renewed = new Subject<LeaseRenewal>();
  /** Each renewal that succeeded. */
  readonly renewed$: Observable<LeaseRenewal> = this.#renewed.asObservable();
  #timer: NodeJS.Timeout | undefined;
  #heldUntil = -Infinity;
  #alive: ReadonlySet<string> = new Set();

  constructor(
    private readonly connection: RedisConnection,
    private readonly log: ProblemLog,
  ) {
    connection.returned$.subscribe(() => void this.renew());
  }

  /** Whether the other nodes count this one as alive, by this node's own clock. */
  get isHeld(): boolean {
    return performance.now() < this.#heldUntil;
  }

  /** The nodes that were alive at the last look. */
  get alive(): ReadonlySet<string> {
    return this.#alive;
  }

  /** Asks who is alive. @throws RedisUnavailableError */
  async lookAround(): Promise<ReadonlySet<string>> {
    const alive = (await this.connection.script(ALIVE, [this.#key])) as string[];
    this.#alive = new Set(alive);
    return this.#alive;
  }

  /** @internal */
  start(): void {
    this.#timer = setInterval(() => void this.renew(), RENEW_INTERVAL_MS);
  }

  /** Ends the lease, so that nobody has to wait for its end. @internal */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#heldUntil = -Infinity;
    try {
      await this.connection.command(this.#key, 'ZREM', this.#key, this.connection.nodeId);
    } catch {
      // Then it ends by itself.
    }
  }

  /** Renews it now. Never rejects. @internal */
  async renew(): Promise<void> {
    if (!this.connection.isReady) return;
    const askedAt = performance.now();
    try {
      const [wasAlive, alive, expired] = (await this.connection.script(
        RENEW,
        [this.#key],
        [this.connection.nodeId, String(LEASE_MS), String(REMEMBERED_MS)],
      )) as [number, string[], string[]];
      this.#heldUntil = askedAt + LEASE_MS;
      this.#alive = new Set(alive);
      this.log.resolved(PROBLEM, 'the lease of this node is renewed again');
      this.#renewed.next({ isNew: wasAlive === 0, alive, expired });
    } catch (error) {
      this.log.report(PROBLEM, error);
      // A replica stays one: behind the same address there may be a new master.
      if (error instanceof Error && error.message.startsWith('READONLY')) {
        this.connection.giveUp(error);
      }
    }
  }

  get #key(): string {
    return this.connection.key('nodes');
  }
}

const PROBLEM = 'the lease of this node could not be renewed';
