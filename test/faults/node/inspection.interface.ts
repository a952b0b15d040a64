import type { HealthReport } from 'bounce-ws';

/** How a node feels. */
export interface NodeHealth extends HealthReport {
  /** What its engine has counted. */
  readonly counters: Readonly<Record<string, number>>;
  /** Resident memory. */
  readonly rssBytes: number;
}

/** What a node has, and must not have when its clients are gone. */
export interface Possessions {
  readonly pid: number;
  /** Open connections. */
  readonly connections: number;
  /** Rooms with members, on all nodes. */
  readonly rooms: readonly string[];
  /** Users that are online, on all nodes. */
  readonly online: number;
  /** Timers that keep the process alive. */
  readonly timers: number;
  /** What every object inherits. */
  readonly prototype: readonly string[];
  /** What listens to the process, and how often. */
  readonly processListeners: readonly string[];
}
