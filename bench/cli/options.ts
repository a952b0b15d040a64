import { parseArgs } from 'node:util';
import { type BenchCase, CASES } from '../cases/index.js';
import { FULL, type Pace, QUICK } from '../harness/pace.js';
import { type Contestant, OURS, PEERS } from '../peers.js';

/** What the command line asks for. */
export interface Options {
  readonly cases: readonly BenchCase[];
  readonly pace: Pace;
  /** Where the JSON goes. */
  readonly json: string | undefined;
  /** Whether a missed threshold is a failure. */
  readonly check: boolean;
  /** Whether everything runs as it is published. */
  readonly isComplete: boolean;
  /** The case that is profiled instead, and whose server of it. */
  readonly profile: { readonly benchCase: BenchCase; readonly contestant: Contestant } | undefined;
}

export const USAGE = `npm run bench -- [options]

  --only NAME[,NAME]   only these cases
  --quick              one short round: to see that it works, not for figures
  --rounds N           rounds of each case (default ${FULL.rounds})
  --json FILE          write the results as JSON
  --check              exit with 1 when a threshold is missed
  --profile NAME       profile the server of one case instead
  --server NAME        whose server --profile runs (default ${OURS})

Cases: ${CASES.map(({ name }) => name).join(' ')}
`;

/** Reads the command line. @throws Error for what it does not know */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      json: { type: 'string' },
      check: { type: 'boolean', default: false },
      profile: { type: 'string' },
      server: { type: 'string', default: OURS },
    },
  });
  const { only, quick, rounds, json, check, profile, server } = values;
  const pace = quick ? QUICK : FULL;
  return {
    cases: only === undefined ? CASES : only.split(',').map((name) => findCase(name)),
    pace: rounds === undefined ? pace : { ...pace, rounds: readCount(rounds) },
    json,
    check,
    isComplete: only === undefined && !quick,
    profile:
      profile === undefined
        ? undefined
        : { benchCase: findCase(profile), contestant: findPeer(server) },
  };
}

function findCase(name: string): BenchCase {
  const found = CASES.find((benchCase) => benchCase.name === name);
  if (found === undefined) throw new Error(`There is no case "${name}"`);
  return found;
}

function findPeer(name: string): Contestant {
  const found = PEERS.find((peer) => peer === name);
  if (found === undefined) throw new Error(`There is no server "${name}"`);
  return found;
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`"${text}" is no number of rounds`);
}
