import { OURS, type Peer } from '../peers.js';
import type { Figure } from './figures.js';

/** What has to hold: of the ratio to a peer, or of our own result. */
interface Threshold {
  readonly figure: string;
  readonly peer: Peer;
  readonly min?: number;
  readonly max?: number;
  /** How to say it. */
  readonly text: string;
}

/** Whether a {@link Threshold} is kept. */
export interface Verdict {
  readonly figure: string;
  readonly peer: Peer;
  readonly text: string;
  readonly isKept: boolean;
}

const atLeast = (figure: string, peer: Peer, min: number): Threshold => ({
  figure,
  peer,
  min,
  text: `>= ${min}x`,
});

const memoryAtMost = (figure: string, peer: Peer, share: number): Threshold => ({
  figure,
  peer,
  min: 1 / share,
  text: `<= ${share}x its memory`,
});

const THRESHOLDS: readonly Threshold[] = [
  atLeast('echo-1', 'ws', 1),
  atLeast('echo-1', 'nest-ws', 1.6),
  atLeast('echo-8', 'ws', 1.75),
  atLeast('echo-8', 'nest-ws', 2.6),
  atLeast('echo-8', 'nest-socket.io', 3),
  atLeast('echo-32', 'ws', 1.9),
  atLeast('echo-8-enhanced', 'nest-ws', 1.3),
  atLeast('gateways-5', 'nest-ws', 4.2),
  atLeast('broadcast-1', 'ws', 2),
  atLeast('broadcast-1', 'nest-socket.io', 2),
  atLeast('broadcast-1', 'net', 0.88),
  atLeast('broadcast-10', 'ws', 7),
  atLeast('broadcast-10', 'nest-socket.io', 7),
  atLeast('cluster-broadcast', 'nest-socket.io', 2.5),
  memoryAtMost('memory-100', 'ws', 1.1),
  memoryAtMost('memory-100', 'nest-ws', 0.45),
  { figure: 'timed-60hz', peer: OURS, min: 599, max: 601, text: '600 +- 1' },
  {
    figure: 'presence-redis-growth',
    peer: OURS,
    min: 0.9,
    max: 1.1,
    text: 'the same within 10 %',
  },
  { figure: 'timed-60hz-jitter', peer: OURS, max: 3, text: '<= 3 ms' },
];

/** Holds a figure against the thresholds that concern it. */
export function verdictsOn({ name, results, ratios }: Figure): Verdict[] {
  return THRESHOLDS.filter(({ figure }) => figure === name).map(
    ({ figure, peer, text, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) => {
      const value = (peer === OURS ? results : ratios).get(peer) ?? Number.NaN;
      return { figure, peer, text, isKept: value >= min && value <= max };
    },
  );
}
