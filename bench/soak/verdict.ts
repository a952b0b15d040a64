import { median } from '../harness/median.js';
import type { Held } from '../hold/held.js';
import { growthOf } from './growth.js';
import type { Sample, SoakRun } from './sample.interface.js';
import type { SoakOptions } from './soak.options.js';

/** What happens before is how servers warm up. */
export const WARM_UP_SHARE = 0.3;

const WANTED_DELAY_MS = 100;
/** What docs/redis.md says. */
const WANTED_HEALING_SECONDS = 2;

/** What was held, in the words of a table. */
export function verdict(run: SoakRun, options: SoakOptions): Held[] {
  const warm = run.samples.slice(Math.floor(run.samples.length * WARM_UP_SHARE));
  return [
    ...ofDeliveries(run),
    ofDelay(warm),
    ofPresence(run.samples, options),
    ofCpu(run.samples),
    ...growthOf(warm),
    ...ofEnd(run),
  ];
}

function ofDeliveries({ account, silent, outages }: SoakRun): Held[] {
  const { promised, delivered, lostLocally, lostAcross, disordered } = account;
  const { acrossOutage, missedInOutage } = account;
  const none = (what: string, count: number): Held => ({
    what,
    figure: String(count),
    wanted: '0',
    isKept: count === 0,
  });
  return [
    {
      what: 'deliveries promised, and made',
      figure: `${promised}, ${delivered}`,
      wanted: 'all',
      isKept: promised > 0 && promised === delivered,
    },
    none('lost on one node', lostLocally),
    none('lost between nodes while there was a Redis', lostAcross),
    none('twice or out of order', disordered),
    {
      what: `between nodes in ${outages.length} times without Redis, and missed`,
      figure: `${acrossOutage}, ${missedInOutage}`,
      wanted: 'no promise',
      isKept: true,
    },
    ofHealing(outages),
    none('such times in which a node missed something and did not notice', silent),
  ];
}

function ofHealing(outages: SoakRun['outages']): Held {
  const worst = Math.max(0, ...outages.map(({ healingSeconds }) => healingSeconds));
  return {
    what: 'nodes hear each other again after Redis is back, longest',
    figure: `${worst.toFixed(2)} s`,
    wanted: `at most ${WANTED_HEALING_SECONDS} s`,
    isKept: worst <= WANTED_HEALING_SECONDS,
  };
}

function ofDelay(warm: readonly Sample[]): Held {
  const delays = warm.flatMap(({ p99Ms }) => p99Ms ?? []);
  const middle = delays.length === 0 ? 0 : median(delays);
  const worst = Math.max(0, ...delays);
  return {
    what: `delay, 99th percentile: median and worst of ${delays.length} samples`,
    figure: `${middle.toFixed(1)} ms, ${worst.toFixed(1)} ms`,
    wanted: `at most ${WANTED_DELAY_MS} ms`,
    isKept: worst <= WANTED_DELAY_MS,
  };
}

function ofPresence(samples: readonly Sample[], { clients }: SoakOptions): Held {
  const counts = samples
    .filter(({ isCalm }) => isCalm)
    .flatMap(({ nodes }) => nodes.map(({ online }) => online));
  const wrong = counts.filter((count) => count !== clients).length;
  return {
    what: `users online, asked ${counts.length} times: wrong answers`,
    figure: String(wrong),
    wanted: '0',
    isKept: counts.length === 0 ? undefined : wrong === 0,
  };
}

function ofCpu(samples: readonly Sample[]): Held {
  const [first, last] = [samples[0], samples.at(-1)];
  const seconds = (last?.second ?? 0) - (first?.second ?? 0);
  const shares = (last?.nodes ?? []).map(({ cpuMs }, node) =>
    ((cpuMs - first!.nodes[node]!.cpuMs) / seconds / 10).toFixed(1),
  );
  return {
    what: 'CPU of each node, in % of a core',
    figure: seconds === 0 ? '' : shares.join(', '),
    wanted: 'told, not limited',
    isKept: true,
  };
}

function ofEnd({ before, after, left, keys }: SoakRun): Held[] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const sockets = sum(left.map((census) => census.sockets));
  const handlesBefore = sum(before.map(({ handles }) => handles));
  const handlesAfter = sum(after.map(({ handles }) => handles));
  const online = Math.max(...after.map((vitals) => vitals.online ?? Infinity));
  return [
    {
      what: 'when all have gone: BounceSockets, users online',
      figure: `${sockets}, ${online}`,
      wanted: '0, 0',
      isKept: sockets === 0 && online === 0,
    },
    {
      what: 'handles before the first client, and after the last',
      figure: `${handlesBefore}, ${handlesAfter}`,
      wanted: 'no more',
      isKept: handlesAfter <= handlesBefore,
    },
    {
      what: 'keys in Redis when the nodes have stopped',
      figure: keys.join(', '),
      wanted: 'when users were last seen',
      isKept: keys.every((key) => key.endsWith(':seen')),
    },
  ];
}
