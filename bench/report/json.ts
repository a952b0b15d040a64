import type { Machine } from '../harness/machine.js';
import { type Contestant, PEERS } from '../peers.js';
import type { Figure } from './figures.js';

/** `{ machine, cases: [{ name, unit, results, ratios }] }`; a ratio above 1 always means that bounce-ws is better. */
export function toJson(machine: Machine, figures: readonly Figure[]): string {
  const cases = figures.map(({ name, unit, results, ratios }) => ({
    name,
    unit,
    results: byPeer(results),
    ratios: byPeer(ratios),
  }));
  return `${JSON.stringify({ machine, cases }, null, 2)}\n`;
}

function byPeer(values: ReadonlyMap<Contestant, number>): Record<string, number> {
  const present = PEERS.filter((peer) => values.has(peer));
  return Object.fromEntries(present.map((peer) => [peer, values.get(peer)!]));
}
