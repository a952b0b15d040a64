import type { Metrics } from '../harness/metrics.js';
import type { Measured } from '../harness/run-case.js';
import type { Contestant } from '../peers.js';
import type { Figure } from './figures.js';
import { formatNumber, formatRatio } from './numbers.js';
import { verdictsOn } from './thresholds.js';

const BYTES_PER_MB = 1e6;

const CAPTIONS: Readonly<Record<Contestant, string>> = {
  'bounce-ws': 'bounce-ws',
  ws: 'ws',
  'ws-once': 'ws, encoded once',
  'nest-ws': 'nest-ws',
  'nest-socket.io': 'nest-socket.io',
  net: 'net',
};

/** The table of a figure: the head, then a row for each contestant. Columns that would be empty are left out. */
export function tableOf(figure: Figure, measured: Measured): string[][] {
  const head = [
    '',
    figure.unit,
    'spread',
    'bounce-ws is',
    'wanted',
    'server CPU',
    'loop delay p99',
    'RSS',
  ];
  const rows = rowsOf(figure, measured);
  const isUsed = head.map(
    (_, column) =>
      column === 0 || rows.some((row) => row[column] !== undefined && row[column] !== ''),
  );
  return [head, ...rows].map((row) => row.filter((_, column) => isUsed[column]));
}

function rowsOf(figure: Figure, { medians }: Measured): string[][] {
  const verdicts = verdictsOn(figure);
  return [...figure.results].map(([contestant, result]) => {
    const ratio = figure.ratios.get(contestant);
    const verdict = verdicts.find(({ peer }) => peer === contestant);
    return [
      CAPTIONS[contestant],
      formatNumber(result),
      formatSpread(figure.spreads.get(contestant)),
      ratio === undefined ? '' : formatRatio(ratio),
      verdict === undefined ? '' : `${verdict.text} ${verdict.isKept ? 'ok' : 'missed'}`,
      ...serverCells(medians.get(contestant) ?? {}),
    ];
  });
}

/** Nothing for a single round, which has no spread. */
function formatSpread(spread: number | undefined): string {
  return spread === undefined || spread === 0 ? '' : `${(spread * 100).toFixed(0)} %`;
}

function serverCells({ cpuMicros, delayP99Ms, rssBytes }: Metrics): string[] {
  return [
    cpuMicros === undefined ? '' : `${formatNumber(cpuMicros)} us`,
    delayP99Ms === undefined ? '' : `${formatNumber(delayP99Ms)} ms`,
    rssBytes === undefined ? '' : `${Math.round(rssBytes / BYTES_PER_MB)} MB`,
  ];
}
