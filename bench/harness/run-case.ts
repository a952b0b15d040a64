import type { BenchCase } from '../cases/index.js';
import type { Contestant } from '../peers.js';
import type { Cores } from './cores.js';
import { medianMetrics, type Metrics } from './metrics.js';
import type { Pace } from './pace.js';
import { Stage } from './stage.js';

/** What a case gave. */
export interface Measured {
  readonly benchCase: BenchCase;
  /** The medians of each contestant that came through. */
  readonly medians: ReadonlyMap<Contestant, Metrics>;
  /** All that the medians are made of. */
  readonly turns: ReadonlyMap<Contestant, readonly Metrics[]>;
  /** What went wrong, if anything did. */
  readonly failures: readonly string[];
}

/** Told about what happens during a case. */
export type Progress = (contestant: Contestant, round: number) => void;

/** Gives all contestants their turns: one after the other, in every second round in the opposite order. */
export async function runCase(
  benchCase: BenchCase,
  pace: Pace,
  cores: Cores,
  progress: Progress,
): Promise<Measured> {
  const turns = new Map<Contestant, Metrics[]>();
  const failures: string[] = [];
  for (let round = 0; round < pace.rounds; round++) {
    const { contestants } = benchCase;
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      progress(contestant, round);
      const stage = new Stage(contestant, pace, cores);
      try {
        const metrics = await benchCase.run(stage);
        turns.set(contestant, [...(turns.get(contestant) ?? []), metrics]);
      } catch (error) {
        failures.push(`${benchCase.name}, ${contestant}: ${String(error)}`);
      } finally {
        await stage.strike();
      }
    }
  }
  const medians = new Map(
    benchCase.contestants
      .filter((contestant) => turns.has(contestant))
      .map((contestant) => [contestant, medianMetrics(turns.get(contestant)!)]),
  );
  return { benchCase, medians, turns, failures };
}
