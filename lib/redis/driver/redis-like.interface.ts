type Listener = (message: Buffer, channel: Buffer) => unknown;

interface Duplicable {
  connect(): Promise<unknown>;
  destroy(): unknown;
  on(event: string, listener: (error: Error) => void): unknown;
}

interface Subscribing {
  subscribe(channels: string | string[], listener: Listener, bufferMode: true): Promise<unknown>;
  unsubscribe(channels: string | string[]): Promise<unknown>;
}

/** What is used of a client of node-redis (`createClient`). */
export interface RedisClientLike extends Duplicable, Subscribing {
  readonly options: object;
  duplicate(overrides: object): RedisClientLike;
  sendCommand(args: readonly string[]): Promise<unknown>;
}

/** What is used of a cluster client of node-redis (`createCluster`). */
export interface RedisClusterLike extends Duplicable, Subscribing {
  readonly masters: readonly unknown[];
  duplicate(overrides: object): RedisClusterLike;
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): Promise<unknown>;
  sSubscribe(channels: string | string[], listener: Listener, bufferMode: true): Promise<unknown>;
  sUnsubscribe(channels: string | string[]): Promise<unknown>;
}

/** What is used of a sentinel client of node-redis (`createSentinel`). */
export interface RedisSentinelLike extends Duplicable, Subscribing {
  getSentinelNode(): unknown;
  duplicate(overrides: object): RedisSentinelLike;
  sendCommand(isReadonly: boolean | undefined, args: string[]): Promise<unknown>;
}
