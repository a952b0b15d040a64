/** How a node is, after a garbage collection. */
export interface Vitals {
  readonly rssBytes: number;
  /** What nothing can collect any more, in the heap and outside of it. */
  readonly heldBytes: number;
  /** What else keeps the process alive, its clients' connections not counted. */
  readonly handles: number;
  /** Connections of clients. */
  readonly connections: number;
  /** Users that are online in the cluster; `null` while Redis cannot be asked. */
  readonly online: number | null;
  /** Whether the node reaches the others. */
  readonly isReady: boolean;
  /** How often it noticed that it missed something of another node. */
  readonly gaps: number;
  /** CPU time since the start, of all threads, in milliseconds. */
  readonly cpuMs: number;
}

/** What is in the heap of a node. To count it collects all garbage and stops the node for some tenths of a second. */
export interface Census {
  /** Resident memory when everything that V8 holds in reserve has been given back. */
  readonly settledBytes: number;
  /** Timers that something still refers to, also those that do not keep the process alive. */
  readonly timers: number;
  /** `BounceSocket`s that the garbage collector cannot take. */
  readonly sockets: number;
}

/** What the soak asks of a node. */
export interface SoakCalls {
  /** Where it listens; answered once it does. */
  port(): Promise<number>;
  vitals(): Promise<Vitals>;
  census(): Promise<Census>;
  /** Stops the app as a deployment does. */
  close(): Promise<void>;
}

/** What a node is started with. */
export interface SoakSettings {
  readonly redisUrl: string;
  /** Messages with a number up to this one are dropped on purpose. */
  readonly lose: number;
}
