import { linearAxis } from '../growth/axis.js';
import { MEBIBYTE } from '../hold/held.js';
import { formatNumber } from '../report/numbers.js';
import type { Sample, SoakRun } from './sample.interface.js';
import type { Census } from './soak-calls.interface.js';

const WIDTH = 760;
const LEFT = 56;
const RIGHT = 744;
const TOP = 62;
const PANEL_HEIGHT = 104;
const PANEL_STEP = 158;
const BOTTOM = 28;

/** Of the nodes in turn; readable on white and on black. */
const COLORS = ['#1a9c5b', '#3b82c4', '#d9663d', '#8a6fc9'];
const WARNING = '#d03b4b';
const BAND = '#b0851f';

const STYLE =
  '<style>text{fill:#57606a}line{stroke:#57606a}polyline{fill:none;stroke-width:1.75;stroke-linejoin:round}' +
  '@media(prefers-color-scheme:dark){text{fill:#a0a9b4}line{stroke:#a0a9b4}}</style>';

interface Line {
  readonly color: string;
  /** `null` where there is none. */
  readonly values: readonly (number | null)[];
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

type Place = (value: number) => number;

/** A picture of a soak. It has no background, so it stands on a light page and on a dark one. */
export function soakPlot({ samples, outages }: SoakRun, minutes: number): string {
  const panels = panelsOf(samples);
  const height = TOP + panels.length * PANEL_STEP + BOTTOM - (PANEL_STEP - PANEL_HEIGHT);
  const seconds = minutes * 60;
  const x: Place = (second) => LEFT + (second / seconds) * (RIGHT - LEFT);
  const nodes = samples[0]?.nodes.length ?? 0;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="11">`,
    '<title>Memory, delay, losses, timers and handles during a soak</title>',
    STYLE,
    ...legend(nodes),
    ...panels.flatMap((panel, index) => {
      const top = TOP + index * PANEL_STEP;
      const bands = outages.map(({ killedSecond, backSecond }) => {
        const width = Math.max(1.5, x(backSecond) - x(killedSecond));
        return `<rect x="${at(x(killedSecond))}" y="${top}" width="${at(width)}" height="${PANEL_HEIGHT}" fill="${BAND}" fill-opacity="0.35"/>`;
      });
      return [...bands, ...draw(panel, samples, x, top)];
    }),
    ...timeAxis(minutes, x, TOP + (panels.length - 1) * PANEL_STEP + PANEL_HEIGHT),
    '</svg>',
    '',
  ].join('\n');
}

function panelsOf(samples: readonly Sample[]): Panel[] {
  const each = (of: (node: Sample['nodes'][number]) => number): Line[] =>
    (samples[0]?.nodes ?? []).map((_, node) => ({
      color: COLORS[node % COLORS.length]!,
      values: samples.map(({ nodes }) => of(nodes[node]!)),
    }));
  const counted = (of: (census: Census) => number): Line[] =>
    (samples[0]?.nodes ?? []).map((_, node) => ({
      color: COLORS[node % COLORS.length]!,
      values: samples.map(({ census }) => (census === undefined ? null : of(census[node]!))),
    }));
  const lost = samples.map(({ account }) => account.lostLocally + account.lostAcross);
  const missed = samples.map(({ account }) => account.missedInOutage);
  return [
    {
      title: 'resident memory, MB; below it what is left when V8 has given its reserve back',
      lines: [
        ...each(({ rssBytes }) => rssBytes / MEBIBYTE),
        ...counted(({ settledBytes }) => settledBytes / MEBIBYTE),
      ],
    },
    {
      title: 'memory in use after garbage collection, MB',
      lines: each(({ heldBytes }) => heldBytes / MEBIBYTE),
    },
    {
      title: 'delay of a delivery, 99th percentile, ms',
      lines: [{ color: COLORS[0]!, values: samples.map(({ p99Ms }) => p99Ms) }],
    },
    { title: 'deliveries lost so far', lines: [{ color: WARNING, values: lost }] },
    {
      title: 'deliveries between nodes missed so far while Redis was away',
      lines: [{ color: BAND, values: missed }],
    },
    { title: 'timers of each node', lines: counted(({ timers }) => timers) },
    { title: 'handles of each node', lines: each(({ handles }) => handles) },
  ];
}

function legend(nodes: number): string[] {
  const entries = [
    ...Array.from({ length: nodes }, (_, node) => [
      COLORS[node % COLORS.length]!,
      `node ${node + 1}`,
    ]),
    [BAND, 'Redis is away'],
  ];
  return entries.flatMap(([color, name], index) => {
    const left = LEFT + index * 90;
    return [
      `<rect x="${left}" y="14" width="14" height="4" rx="2" fill="${color}"/>`,
      text(left + 20, 20, name!),
    ];
  });
}

function draw(
  { title, lines }: Panel,
  samples: readonly Sample[],
  x: Place,
  top: number,
): string[] {
  const all = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const up = linearAxis([1, ...all]);
  const y: Place = (value) => top + (1 - up.place(value)) * PANEL_HEIGHT;
  return [
    `<text x="${LEFT}" y="${top - 12}" font-size="12" font-weight="600">${title}</text>`,
    ...up.ticks.flatMap((tick) => [
      `<line x1="${LEFT}" y1="${at(y(tick))}" x2="${RIGHT}" y2="${at(y(tick))}" stroke-opacity="${tick === 0 ? 1 : 0.25}"/>`,
      text(LEFT - 6, y(tick) + 4, formatNumber(tick), 'end'),
    ]),
    ...lines.map(({ color, values }) => {
      const points = values.flatMap((value, index) =>
        value === null ? [] : [`${at(x(samples[index]!.second))},${at(y(value))}`],
      );
      return `<polyline points="${points.join(' ')}" stroke="${color}"/>`;
    }),
  ];
}

function timeAxis(minutes: number, x: Place, bottom: number): string[] {
  return linearAxis([minutes])
    .ticks.filter((tick) => tick <= minutes)
    .map((tick) => text(x(tick * 60), bottom + 18, `${formatNumber(tick)} min`, 'middle'));
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}">${content}</text>`;
}

function at(place: number): string {
  return place.toFixed(1);
}
