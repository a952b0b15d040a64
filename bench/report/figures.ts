import type { FigurePlan } from '../cases/index.js';
import { median } from '../harness/median.js';
import type { Metrics } from '../harness/metrics.js';
import type { Measured } from '../harness/run-case.js';
import { type Contestant, OURS } from '../peers.js';

/** One line of the results: what everybody reached, and how we compare. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Why this unit, where that needs to be said. */
  readonly note: string | undefined;
  readonly results: ReadonlyMap<Contestant, number>;
  /** From the worst round to the best, as a part of the result. */
  readonly spreads: ReadonlyMap<Contestant, number>;
  /** Above 1 we are better, whatever the unit. */
  readonly ratios: ReadonlyMap<Contestant, number>;
}

/** A server that used less of its core than this was waiting for the load generator. */
const BUSY = 0.9;

/** Reads the figures from what was measured. */
export function figuresOf({ benchCase, medians, turns }: Measured): Figure[] {
  return benchCase.figures.map((plan) => {
    const { unit, note, metric } = read(plan, [...medians.values()]);
    const results = new Map(
      [...medians].map(([contestant, metrics]) => [contestant, metrics[metric] ?? 0]),
    );
    const spreads = new Map(
      [...turns].map(([contestant, rounds]) => [
        contestant,
        spreadOf(rounds.map((metrics) => metrics[metric] ?? 0)),
      ]),
    );
    return { name: plan.name, unit, note, results, spreads, ratios: ratiosOf(plan, results) };
  });
}

function spreadOf(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

interface Reading {
  readonly unit: string;
  readonly note: string | undefined;
  readonly metric: keyof Metrics;
}

function read(plan: FigurePlan, medians: readonly Metrics[]): Reading {
  if (plan.kind === 'plain') return { unit: plan.unit, note: undefined, metric: plan.metric };
  const perCpuSecond: Reading = {
    unit: `${plan.noun}/CPU s`,
    note: plan.isPaced
      ? 'steady load, so per server CPU second'
      : 'the load generator is the limit, so per server CPU second',
    metric: 'perCpuSecond',
  };
  const isLimited = plan.isPaced || medians.some(({ busy = 1 }) => busy < BUSY);
  return isLimited
    ? perCpuSecond
    : { unit: `${plan.noun}/s`, note: undefined, metric: 'perSecond' };
}

function ratiosOf(
  plan: FigurePlan,
  results: ReadonlyMap<Contestant, number>,
): ReadonlyMap<Contestant, number> {
  const ours = results.get(OURS);
  if (ours === undefined) return new Map();
  const others = [...results].filter(([contestant]) => contestant !== OURS);
  return new Map(
    others.map(([contestant, theirs]) => [contestant, merit(plan, ours) / merit(plan, theirs)]),
  );
}

/** A number that is larger the better a result is. */
function merit(plan: FigurePlan, result: number): number {
  if (plan.kind === 'rate') return result;
  if (plan.goal === 'less') return 1 / result;
  return Math.min(result, plan.goal) / Math.max(result, plan.goal);
}
