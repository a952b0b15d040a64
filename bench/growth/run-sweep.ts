import type { Cores } from '../harness/cores.js';
import type { Metrics } from '../harness/metrics.js';
import type { Pace } from '../harness/pace.js';
import { Stage } from '../harness/stage.js';
import type { Contestant } from '../peers.js';
import type { Series, Sweep } from './sweep.interface.js';

/** Told about what happens during a sweep. */
export type Progress = (what: string) => void;

/** Gives all contestants their turns with each value, one right after the other. */
export async function runSweep(
  sweep: Sweep,
  pace: Pace,
  cores: Cores,
  progress: Progress,
): Promise<Series[]> {
  const { contestants, values, name } = sweep;
  const turns = new Map<Contestant, Metrics[][]>(
    contestants.map((contestant) => [contestant, values.map(() => [])]),
  );
  for (let round = 0; round < pace.rounds; round++) {
    for (const [index, value] of values.entries()) {
      for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
        progress(`${name} ${value}: ${contestant}`);
        const stage = new Stage(contestant, pace, cores);
        try {
          turns.get(contestant)![index]!.push(await sweep.run(stage, value));
        } catch (error) {
          console.error(`${name} ${value}, ${contestant}: ${String(error)}`);
          process.exitCode = 1;
        } finally {
          await stage.strike();
        }
      }
    }
  }
  return contestants.map((contestant) => ({
    contestant,
    metrics: turns.get(contestant)!.map((rounds) => leastOf(rounds)),
  }));
}

/** The least of each cost: whatever else runs on a machine only adds to it. */
function leastOf(rounds: readonly Metrics[]): Metrics | undefined {
  const [first] = rounds;
  if (first === undefined) return undefined;
  const names = Object.keys(first) as (keyof Metrics)[];
  return Object.fromEntries(
    names.map((name) => [name, Math.min(...rounds.map((metrics) => metrics[name] ?? Infinity))]),
  );
}
