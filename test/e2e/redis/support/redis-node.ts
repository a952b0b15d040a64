import { randomBytes } from 'node:crypto';
import type { RedisSourceOptions } from 'bounce-ws/redis';
import {
  NodeLease,
  ProblemLog,
  RedisConnection,
  RedisSubscriber,
} from '../../../../lib/redis/connection/index.js';
import { driverFactory } from '../../../../lib/redis/driver/driver.factory.js';

/** A node's two connections to a Redis, and its lease. */
export class RedisNode {
  readonly connection: RedisConnection;
  readonly subscriber: RedisSubscriber;
  readonly lease: NodeLease;

  constructor(source: RedisSourceOptions) {
    const log = new ProblemLog();
    const driver = driverFactory(source);
    const nodeId = randomBytes(16).toString('base64url');
    this.connection = new RedisConnection(nodeId, 'bounce', driver, log);
    this.subscriber = new RedisSubscriber(driver, log);
    this.lease = new NodeLease(this.connection, log);
  }

  async start(): Promise<void> {
    await Promise.all([this.connection.start(), this.subscriber.start()]);
  }

  async stop(): Promise<void> {
    await this.lease.stop();
    this.subscriber.stop();
    this.connection.stop();
  }
}
