import type { WindowReport } from '../servers/support/server-calls.interface.js';
import { median } from './median.js';

/** What one turn of one contestant gave. Which of these there are depends on the case. */
export interface Metrics {
  /** Messages, deliveries or connections in a second. */
  readonly perSecond?: number;
  /** The same in a second of the server's CPU time. */
  readonly perCpuSecond?: number;
  /** How much of one core the server used, 0 to 1. */
  readonly busy?: number;
  /** The server's CPU time for one of them, in microseconds. */
  readonly cpuMicros?: number;
  /** How late the server's event loop was, 99th percentile. */
  readonly delayP99Ms?: number;
  readonly rssBytes?: number;
  /** Ticks of a timed sender. */
  readonly ticks?: number;
  readonly jitterP99Ms?: number;
  readonly bytesPerConnection?: number;
  readonly startMs?: number;
  /** Commands that Redis handles for a node. */
  readonly redisPerSecond?: number;
  /** The same with many users, as a multiple of that with few. */
  readonly redisGrowth?: number;
}

/** What a window says about the server alone. */
export function serverMetrics({
  delayP99Ms,
  rssBytes,
  cpuSeconds,
  seconds,
}: WindowReport): Metrics {
  return { delayP99Ms, rssBytes, busy: cpuSeconds / seconds };
}

/** What a window says when so many things happened a second. */
export function rateMetrics(perSecond: number, report: WindowReport): Metrics {
  const busy = report.cpuSeconds / report.seconds;
  return {
    ...serverMetrics(report),
    perSecond,
    perCpuSecond: perSecond / busy,
    cpuMicros: (busy / perSecond) * 1e6,
  };
}

/** The median of each metric by itself. */
export function medianMetrics(rounds: readonly Metrics[]): Metrics {
  const names = Object.keys(rounds[0] ?? {}) as (keyof Metrics)[];
  return Object.fromEntries(
    names.map((name) => [name, median(rounds.map((metrics) => metrics[name] ?? 0))]),
  );
}
