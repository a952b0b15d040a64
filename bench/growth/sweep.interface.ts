import type { Metrics } from '../harness/metrics.js';
import type { Stage } from '../harness/stage.js';
import type { Contestant } from '../peers.js';

/** One number that grows, and what that costs everybody who has the thing. */
export interface Sweep {
  readonly name: string;
  /** What happens in it, in a line. */
  readonly title: string;
  /** What the numbers count: `connections`. */
  readonly axis: string;
  readonly values: readonly number[];
  readonly contestants: readonly Contestant[];
  /** What is shown of it. */
  readonly panels: readonly Panel[];
  /** One turn of one contestant with one of the values. */
  run(stage: Stage, value: number): Promise<Metrics>;
}

/** One plot. */
export interface Panel {
  readonly title: string;
  /** How far apart the numbers are drawn: by their ratio, where they ought to make no difference, or as they are. */
  readonly scale: 'log' | 'linear';
  /** What it shows of what was measured with a value. */
  cost(metrics: Metrics, value: number): number | undefined;
}

/** What one contestant gave, value by value; `undefined` where it failed. */
export interface Series {
  readonly contestant: Contestant;
  readonly metrics: readonly (Metrics | undefined)[];
}

const BYTES_PER_MIB = 2 ** 20;

/** The server's CPU time. */
export const cpuPanel = (noun: string): Panel => ({
  title: `CPU time a ${noun}, µs`,
  scale: 'log',
  cost: ({ cpuMicros }) => cpuMicros,
});

/** All memory of the server. */
export const MEMORY_PANEL: Panel = {
  title: 'resident memory of the server, MiB',
  scale: 'linear',
  cost: ({ rssBytes = 0 }) => rssBytes / BYTES_PER_MIB,
};
