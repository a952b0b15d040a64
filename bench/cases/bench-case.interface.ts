import type { Metrics } from '../harness/metrics.js';
import type { Stage } from '../harness/stage.js';
import type { Contestant } from '../peers.js';

/** One thing that is measured, for everybody who can do it. */
export interface BenchCase {
  readonly name: string;
  /** What happens in it, in a line. */
  readonly title: string;
  readonly contestants: readonly Contestant[];
  /** One turn of one contestant. */
  run(stage: Stage): Promise<Metrics>;
  /** The figures of this case, the one it is named after first. */
  readonly figures: readonly FigurePlan[];
}

/** How a figure is read from what was measured. */
export type FigurePlan = RateFigure | PlainFigure;

/** How many a second; or, where a server had time left because the load generator is the limit, a CPU second. */
export interface RateFigure {
  readonly kind: 'rate';
  readonly name: string;
  /** What is counted: `messages`. */
  readonly noun: string;
  /** Whether the load is meant to leave the servers time, so that only their CPU time says anything. */
  readonly isPaced: boolean;
}

/** A value as it was measured. */
export interface PlainFigure {
  readonly kind: 'plain';
  readonly name: string;
  readonly unit: string;
  readonly metric: keyof Metrics;
  /** What is better: less of it, or to be near a goal. */
  readonly goal: 'less' | number;
}
