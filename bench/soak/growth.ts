import { type Held, MEBIBYTE } from '../hold/held.js';
import { median } from '../harness/median.js';
import type { Sample } from './sample.interface.js';
import { type Slope, slopeOf } from './slope.js';
import type { Census } from './soak-calls.interface.js';

const WANTED_MB_PER_HOUR = 1;

/** A line through less than this says nothing: servers warm up for longer. */
const LEAST_SECONDS = 20 * 60;

type CountedSample = Sample & { readonly census: readonly Census[] };

/** Timers that may be under way, now this many and now that many. */
const BREATH = 2;

/** Whether the nodes grew, after they had warmed up. */
export function growthOf(warm: readonly Sample[]): Held[] {
  const counted = warm.filter(hasCensus);
  return [
    growth('resident memory', counted, ({ census }, node) => census[node]!.settledBytes),
    growth('memory in use', warm, ({ nodes }, node) => nodes[node]!.heldBytes),
    flat('timers', counted, ({ census }, node) => census[node]!.timers),
    flat('handles', warm, ({ nodes }, node) => nodes[node]!.handles),
  ];
}

/** What a node has of something. */
type Reading<T> = (sample: T, node: number) => number;

function growth<T extends Sample>(what: string, warm: readonly T[], of: Reading<T>): Held {
  const slopes = nodesOf(warm).map((node) =>
    slopeOf(warm.map((sample) => [sample.second, of(sample, node) / MEBIBYTE] as const)),
  );
  const figures = slopes.map(
    ({ perHour, uncertainty }) => `${perHour.toFixed(2)} ± ${uncertainty.toFixed(2)}`,
  );
  return {
    what: `growth of ${what}, each node`,
    figure: `${figures.join(', ')} MB/h`,
    wanted: `at most ${WANTED_MB_PER_HOUR} MB/h`,
    isKept: lengthOf(warm) < LEAST_SECONDS ? undefined : judge(slopes),
  };
}

/** A slope that its uncertainty reaches across says neither. */
function judge(slopes: readonly Slope[]): boolean | undefined {
  const isAbove = slopes.some(
    ({ perHour, uncertainty }) => perHour - uncertainty > WANTED_MB_PER_HOUR,
  );
  if (isAbove) return false;
  return slopes.every(({ perHour }) => perHour <= WANTED_MB_PER_HOUR) &&
    slopes.every(({ uncertainty }) => uncertainty <= WANTED_MB_PER_HOUR)
    ? true
    : undefined;
}

function flat<T extends Sample>(what: string, warm: readonly T[], of: Reading<T>): Held {
  // While Redis is away there are other timers, and fewer connections.
  const calm = warm.filter(({ isCalm }) => isCalm);
  const half = Math.floor(calm.length / 2);
  const middles = nodesOf(calm).map((node) =>
    [calm.slice(0, half), calm.slice(-half)].map((samples) =>
      median(samples.map((sample) => of(sample, node))),
    ),
  );
  return {
    what: `${what} of each node, in the first half and in the second`,
    figure: half === 0 ? '' : middles.map(([first, second]) => `${first} → ${second}`).join(', '),
    wanted: 'flat',
    isKept: half === 0 ? undefined : middles.every(([first, second]) => second! <= first! + BREATH),
  };
}

function hasCensus(sample: Sample): sample is CountedSample {
  return sample.census !== undefined;
}

function lengthOf(samples: readonly Sample[]): number {
  return (samples.at(-1)?.second ?? 0) - (samples[0]?.second ?? 0);
}

function nodesOf(samples: readonly Sample[]): number[] {
  return samples[0]?.nodes.map((_, index) => index) ?? [];
}
