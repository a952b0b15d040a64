/** What a server is started with. */
export interface ServerSettings {
  /** How many events the gateway of the program `echo` handles. */
  readonly handlers: number;
  /** Whether the bare `ws` server encodes a broadcast once instead of once a member. */
  readonly encodeOnce: boolean;
  /** The Redis of a server that needs one. */
  readonly redisUrl?: string;
}

/** What a server did between two calls. */
export interface WindowReport {
  readonly seconds: number;
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
  /** How late the event loop was, 99th percentile. */
  readonly delayP99Ms: number;
  readonly rssBytes: number;
  /** Broadcast ticks that were made. */
  readonly ticks: number;
  /** When the window began and ended, on the clock that CPU profiles use. */
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** How broadcasts are driven. */
export interface TickSettings {
  /** Milliseconds between two ticks; without, one a turn of the event loop, as far as {@link ServerCalls.allowTicks} goes. */
  readonly intervalMs?: number;
  /** Messages that are broadcast in one tick. */
  readonly messages: number;
}

/** What the harness asks of a server. */
export interface ServerCalls {
  /** Where it listens; answered once it does. */
  port(): Promise<number>;
  openWindow(): void;
  closeWindow(): WindowReport;
  /** Resident memory after garbage collection, in bytes. Needs `--expose-gc`. */
  settledRss(): Promise<number>;
  /** Resident memory when V8 has also given back what it holds in reserve, in bytes. Needs `--expose-gc`. */
  leanRss(): Promise<number>;
  /** What nothing can collect any more, in bytes. Needs `--expose-gc`. */
  settledHeap(): Promise<number>;
  startTicks(settings: TickSettings): Promise<void>;
  /** Lets the ticks go on until there were so many since the start. */
  allowTicks(ticks: number): void;
  /** Stops, and says how many ticks there were since the start. */
  stopTicks(): number;
}
