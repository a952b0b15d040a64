import type { NodeLease, ProblemLog, RedisConnection } from '../connection/index.js';
import { LEASE_MS } from '../redis.constants.js';
import { bazisKey } from './bazis-names.js';

const TTL_SECONDS = String(LEASE_MS / 1_000);
const PROBLEM = 'who is online could not be told to bazis-ws';

/**
 * The keys by which bazis-ws sees who is online. They are renewed with the lease of the node and never deleted: the user
 * may be connected to another node too. Each ends ten seconds after the last node has let go of it.
 */
export class BazisSessions {
  readonly #userIds = new Set<string>();

  constructor(
    private readonly connection: RedisConnection,
    lease: NodeLease,
    private readonly log: ProblemLog,
  ) {
    lease.renewed$.subscribe(() => void this.#write(this.#userIds));
  }

  /** A user is connected to this node; saying so again is no error. */
  open(userId: string): void {
    if (this.#userIds.has(userId)) return;
    this.#userIds.add(userId);
    void this.#write([userId]);
  }

  /** A user has no connection to this node any more. */
  close(userId: string): void {
    this.#userIds.delete(userId);
  }

  // Commands of one turn of the event loop leave together. One by one they work on a Redis Cluster too.
  async #write(userIds: Iterable<string>): Promise<void> {
    try {
      await Promise.all(
        Array.from(userIds, (userId) => {
          const key = bazisKey(userId, 'session');
          return this.connection.command(key, 'SET', key, '1', 'EX', TTL_SECONDS);
        }),
      );
      this.log.resolved(PROBLEM, 'bazis-ws is told again who is online');
    } catch (error) {
      this.log.report(PROBLEM, error);
    }
  }
}
