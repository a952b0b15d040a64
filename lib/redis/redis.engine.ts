import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '../common/index.js';
import type { Engine, EngineHealth } from '../engine/index.js';
import { RedisBackplane } from './backplane/index.js';
import { BazisBackplane } from './compat/index.js';
import { NodeLease, ProblemLog, RedisConnection, RedisSubscriber } from './connection/index.js';
import { Counters } from './counters.js';
import { RedisInterestDirectory, RedisLeases, RedisRoomDirectory } from './directory/index.js';
import { driverFactory } from './driver/driver.factory.js';
import { RedisHistoryStore } from './history/redis-history.store.js';
import { RedisPresenceStore } from './presence/redis-presence.store.js';
import { DEFAULT_PREFIX } from './redis.constants.js';
import type { RedisEngineOptions } from './redis.options.js';

const NODE_ID_BYTES = 16;

/**
 * Connects the nodes of an app through Redis 6.2 or later, Valkey, a Redis Cluster or Sentinels.
 *
 * @throws ConfigurationError for a URL that is none, an unknown `compat`, or with that the prefix `user_ws`
 * @example
 * BounceWsModule.forRoot({ engine: redisEngine({ url: 'redis://127.0.0.1:6379' }) });
 */
export function redisEngine(options: RedisEngineOptions = {}): Engine {
  return new RedisEngine(options);
}

/** The {@link Engine} on Redis: two connections, one lease, whatever the number of clients. */
class RedisEngine implements Engine {
  readonly nodeId = randomBytes(NODE_ID_BYTES).toString('base64url');
  readonly backplane: RedisBackplane | BazisBackplane;
  readonly rooms: RedisRoomDirectory;
  readonly interests: RedisInterestDirectory;
  readonly leases: RedisLeases;
  readonly presence: RedisPresenceStore;
  readonly history: RedisHistoryStore;
  readonly #counters = new Counters();
  readonly #connection: RedisConnection;
  readonly #subscriber: RedisSubscriber;
  readonly #lease: NodeLease;
  readonly #log = new ProblemLog();

  constructor(options: RedisEngineOptions) {
    const { prefix = DEFAULT_PREFIX, compat } = options;
    checkCompat(compat);
    const driver = driverFactory(options);
    const log = this.#log;
    const connection = new RedisConnection(this.nodeId, prefix, driver, log);
    const subscriber = new RedisSubscriber(driver, log);
    // First, so that a node has its lease before it does anything else.
    const lease = new NodeLease(connection, log);
    const counters = this.#counters;
    const backplane = new RedisBackplane(connection, subscriber, lease, counters, log);
    this.backplane =
      compat === undefined
        ? backplane
        : new BazisBackplane(backplane, connection, subscriber, lease, counters, log);
    this.rooms = new RedisRoomDirectory(connection, lease, log);
    this.interests = new RedisInterestDirectory(connection, subscriber, lease, log);
    this.leases = new RedisLeases(connection, log);
    this.presence = new RedisPresenceStore(connection, subscriber, () =>
      this.#counters.add('rejected-presence'),
    );
    this.history = new RedisHistoryStore(connection);
    this.#connection = connection;
    this.#subscriber = subscriber;
    this.#lease = lease;
  }

  get health(): EngineHealth {
    const counters = this.#counters.read();
    const reason = this.#reason();
    return reason === undefined
      ? { isReady: true, counters }
      : { isReady: false, reason, counters };
  }

  async start(): Promise<void> {
    void this.interests.listen();
    void this.presence.listen();
    this.#lease.start();
    await Promise.all([this.#connection.start(), this.#subscriber.start()]);
    await this.#lease.renew();
  }

  async stop(): Promise<void> {
    this.leases.stop();
    await this.backplane.flushed();
    await Promise.all([this.rooms.stop(), this.interests.stop(), this.#lease.stop()]);
    this.#log.close();
    this.backplane.stop();
    this.#subscriber.stop();
    this.#connection.stop();
  }

  #reason(): string | undefined {
    const error = this.#connection.lastError ?? this.#subscriber.lastError;
    if (!this.#connection.isReady || !this.#subscriber.isReady) {
      return `Redis cannot be reached${error === undefined ? '' : `: ${error.message}`}`;
    }
    return this.#lease.isHeld ? undefined : 'Redis did not renew the lease of this node';
  }
}

function checkCompat(compat: string | undefined): void {
  if (compat !== undefined && compat !== 'bazis') {
    throw new ConfigurationError(`The option compat is "bazis" or nothing, not "${compat}"`);
  }
}
