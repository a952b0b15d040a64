import type { Span, Talker } from './talker.js';

/** What is on its way when a connection ends goes with it. */
export const ON_ITS_WAY_MS = 500;

/** When messages between nodes may be lost or late. */
export interface Excuse extends Span {
  /** Only those from or to this node. @default all */
  readonly node?: number;
}

/** What a witness has to say. Who was away when something was said is not expected to have heard it. */
export interface Testimony {
  readonly said: number;
  readonly heard: number;
  /** Numbers heard more than once, or after a later one of the same talker. */
  readonly disordered: number;
  /** Places where two members of the room on one node heard things in different orders. */
  readonly twoOrders: number;
  /** Not heard on the node where it was said. */
  readonly lostOnNode: number;
  /** Not heard on other nodes, without excuse. */
  readonly lostBetweenNodes: number;
  /** Not heard on other nodes, with an excuse. */
  readonly lostWithExcuse: number;
  /** Not heard because somebody was away. */
  readonly missedWhileAway: number;
  readonly p99OnNodeMs: number;
  readonly p99BetweenNodesMs: number;
}

/** Compares what was said with what was heard. */
export function testify(talkers: readonly Talker[], excuses: readonly Excuse[]): Testimony {
  const pairs = talkers.flatMap((speaker) =>
    talkers.map((listener) => compare(speaker, listener, excuses)),
  );
  const total = (count: (pair: Comparison) => number): number =>
    pairs.reduce((sum, pair) => sum + count(pair), 0);
  const delays = (isLocal: boolean): number[] =>
    pairs.flatMap((pair) => (pair.isLocal === isLocal ? pair.delaysMs : []));
  return {
    said: talkers.reduce((sum, { said }) => sum + said.length - 1, 0),
    heard: talkers.reduce((sum, { heard }) => sum + heard.length, 0),
    disordered: total(({ disordered }) => disordered),
    twoOrders: twoOrders(talkers),
    lostOnNode: total(({ isLocal, lost }) => (isLocal ? lost : 0)),
    lostBetweenNodes: total(({ isLocal, lost }) => (isLocal ? 0 : lost)),
    lostWithExcuse: total(({ excused }) => excused),
    missedWhileAway: total(({ missed }) => missed),
    p99OnNodeMs: percentile99(delays(true)),
    p99BetweenNodesMs: percentile99(delays(false)),
  };
}

interface Comparison {
  readonly isLocal: boolean;
  readonly disordered: number;
  readonly lost: number;
  readonly excused: number;
  readonly missed: number;
  readonly delaysMs: readonly number[];
}

function compare(speaker: Talker, listener: Talker, excuses: readonly Excuse[]): Comparison {
  const arrivals = listener.heard.filter(({ from }) => from === speaker.id);
  const heardAt = new Map(arrivals.map(({ n, at }) => [n, at]));
  const isLocal = speaker.home === listener.home;
  const homes = [speaker.home, listener.home];
  const mine = isLocal
    ? []
    : excuses.filter(({ node }) => node === undefined || homes.includes(node));
  let [lost, excused, missed] = [0, 0, 0];
  const delaysMs: number[] = [];
  for (let n = 1; n < speaker.said.length; n++) {
    const saidAt = speaker.said[n]!;
    const at = heardAt.get(n);
    if (wasAway(speaker, saidAt) || wasAway(listener, saidAt)) missed += at === undefined ? 1 : 0;
    else if (isWithin(mine, saidAt)) excused += at === undefined ? 1 : 0;
    else if (at === undefined) lost++;
    else delaysMs.push(at - saidAt);
  }
  const disordered = arrivals.filter(({ n }, index) => n <= (arrivals[index - 1]?.n ?? 0)).length;
  return { isLocal, disordered, lost, excused, missed, delaysMs };
}

function wasAway({ absences }: Talker, at: number): boolean {
  return absences.some(({ from, to }) => at > from - ON_ITS_WAY_MS && at < to);
}

function isWithin(spans: readonly Span[], at: number): boolean {
  return spans.some(({ from, to }) => at > from && at < to);
}

/** Of each node, its first two members that never were away. */
function twoOrders(talkers: readonly Talker[]): number {
  const steady = talkers.filter(({ absences }) => absences.length === 0);
  let differences = 0;
  for (const one of steady) {
    const other = steady.find(({ id, home }) => home === one.home && id > one.id);
    if (other === undefined) continue;
    const [here, there] = [one, other].map(({ heard }) =>
      heard.map(({ from, n }) => `${from} ${n}`),
    );
    const [inHere, inThere] = [new Set(here), new Set(there)];
    const common = there!.filter((message) => inHere.has(message));
    differences += here!
      .filter((message) => inThere.has(message))
      .filter((message, index) => message !== common[index]).length;
  }
  return differences;
}

function percentile99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
