type Listener = (message: Buffer, channel: Buffer) => unknown;

interface Duplicable {
  connect(): Promise<unknown>;
  destroy(): unknown;
  on(event: string, listener: (error: Error) => void): unknown;
}

/** What is used of a client of node-redis (`createClient`). */
export interface RedisClientLike extends Duplicable {
  readonly options: object;
  duplicate(overrides: object): RedisClientLike;
  sendCommand(args: readonly string[]): Promise<unknown>;
  subscribe(channels: string | string[], listener: Listener, bufferMode: true): Promise<unknown>;
  unsubscribe(channels: string | string[]): Promise<unknown>;
  sSubscribe(channels: string | string[], listener: Listener, bufferMode: true): Promise<unknown>;
  sUnsubscribe(channels: string | string[]): Promise<unknown>;
}

/** What is used of a server that a cluster client of node-redis knows. */
export interface RedisMasterLike {
  /** `host:port` */
  readonly address: string;
}

/** What is used of a cluster client of node-redis (`createCluster`). */
export interface RedisClusterLike extends Duplicable {
  readonly masters: readonly RedisMasterLike[];
  readonly slots: readonly ({ readonly master: RedisMasterLike } | undefined)[];
  duplicate(overrides: object): RedisClusterLike;
  nodeClient(node: RedisMasterLike): Promise<RedisClientLike>;
}

/** What is used of a sentinel client of node-redis (`createSentinel`). */
export interface RedisSentinelLike extends Duplicable {
  getSentinelNode(): unknown;
  duplicate(overrides: object): RedisSentinelLike;
  /** Hands out the client that is connected to the master. */
  _execute<T>(isReadonly: false, use: (client: RedisClientLike) => Promise<T>): Promise<T>;
}
