import { parseArgs } from 'node:util';

/** How hard and how long a soak is. */
export interface SoakOptions {
  readonly minutes: number;
  readonly clients: number;
  /** Messages that are said a second, by all clients together. */
  readonly rate: number;
  /** How many of 100 clients go, or are cut off, in a minute. */
  readonly churn: number;
  /** Server processes. */
  readonly nodes: number;
  /** How often Redis is killed, in seconds; 0 for never. */
  readonly killEvery: number;
  /** How long it stays away, in seconds. */
  readonly away: number;
  /** Seconds between two looks at the servers. */
  readonly sampleEvery: number;
  /** Messages that the servers drop on purpose, to see that it is noticed. */
  readonly lose: number;
  /** Where the summary, the plot and the samples go. */
  readonly out: string;
  /** The file for everything that was seen. */
  readonly json: string | undefined;
}

/** A complete run replaces what is published; `bench/dist` is not part of the repository. */
const PUBLISHED = 'bench';
const SCRATCH = 'bench/dist/results';
const SAMPLES = 100;

const DEFAULTS = {
  minutes: '60',
  clients: '1000',
  rate: '200',
  churn: '5',
  nodes: '3',
  'kill-every': '180',
  away: '5',
  lose: '0',
} as const;

type Name = keyof typeof DEFAULTS;

/** Reads a command line. @throws Error when something in it is no number, or unknown */
export function readSoakOptions(args: readonly string[]): SoakOptions {
  const text = { type: 'string' } as const;
  const options = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, text]));
  const { values } = parseArgs({
    args: [...args],
    options: { ...options, 'sample-every': text, out: text, json: text },
  });
  const given = values as Partial<Record<Name | 'sample-every' | 'out' | 'json', string>>;
  const number = (name: Name | 'sample-every', fallback: string): number => {
    const value = Number(given[name] ?? fallback);
    if (!(value >= 0)) throw new Error(`--${name} is a number`);
    return value;
  };
  const of = (name: Name): number => number(name, DEFAULTS[name]);
  const minutes = of('minutes');
  const inTurn = Math.min(30, Math.max(1, Math.round((minutes * 60) / SAMPLES)));
  const isShort = minutes < 30 || of('lose') > 0;
  return {
    minutes,
    clients: of('clients'),
    rate: of('rate'),
    churn: of('churn'),
    nodes: of('nodes'),
    killEvery: of('kill-every'),
    away: of('away'),
    sampleEvery: number('sample-every', String(inTurn)),
    lose: of('lose'),
    json: given.json,
    out: given.out ?? (isShort ? SCRATCH : PUBLISHED),
  };
}
