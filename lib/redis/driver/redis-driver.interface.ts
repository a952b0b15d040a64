/** What a driver calls back. */
export interface RedisDriverEvents {
  /** A message on a channel that was subscribed to. */
  message(channel: string, payload: Buffer): void;
  /** The connection is lost for good; the driver is of no use any more. */
  lost(error: Error): void;
}

/**
 * One connection to a Redis of some kind, from its beginning to its end: it never comes back by itself. A server that takes
 * longer than two seconds for an answer counts as lost.
 */
export interface RedisDriver {
  /** How long {@link connect} may take, in milliseconds; whoever calls it watches over that. */
  readonly connectTimeoutMs: number;
  /** Connects. To be called once. */
  connect(): Promise<void>;
  /** Sends a command; `key` says where in a cluster. Rejects at once when there is no connection. */
  send(key: string, args: readonly string[]): Promise<unknown>;
  /** Publishes where {@link subscribe} listens. */
  publish(channel: string, payload: string): Promise<unknown>;
  /** Asks every server that it is connected to whether it is there, and still what it was. */
  ping(): Promise<unknown>;
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): Promise<void>;
  /** Ends it at once. What was sent and not answered rejects. Ending twice is no error. */
  destroy(): void;
}

/** Makes a driver for a new connection. */
export type RedisDriverFactory = (events: RedisDriverEvents) => RedisDriver;
