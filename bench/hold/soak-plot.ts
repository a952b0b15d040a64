/** What was seen at one moment of a soak. */
export interface Sample {
  readonly second: number;
  readonly rssMegabytes: number;
  readonly heapMegabytes: number;
  readonly p99Ms: number;
  readonly lost: number;
  readonly resources: number;
}

const WIDTH = 760;
const HEIGHT = 110;
const LEFT = 60;
const TOP = 30;
const GAP = 40;

const LINES = [
  ['resident memory, MB', (one: Sample) => one.rssMegabytes],
  ['heap, MB', (one: Sample) => one.heapMegabytes],
  ['delay of a message, 99th percentile, ms', (one: Sample) => one.p99Ms],
  ['messages lost', (one: Sample) => one.lost],
] as const;

/** A picture of a soak, one panel a figure. */
export function soakPlot(samples: readonly Sample[]): string {
  const height = TOP + LINES.length * (HEIGHT + GAP);
  const panels = LINES.map(([title, of], index) =>
    panel(title, samples.map(of), TOP + index * (HEIGHT + GAP)),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="11">`,
    '<title>Memory, delay and losses over time</title>',
    '<style>text{fill:#57606a}polyline{fill:none;stroke:#3b82c4;stroke-width:1.5}line{stroke:#8c959f}</style>',
    ...panels.flat(),
    '</svg>',
    '',
  ].join('\n');
}

function panel(title: string, values: readonly number[], top: number): string[] {
  const highest = Math.max(1, ...values) * 1.1;
  const x = (index: number): number =>
    LEFT + (index / Math.max(1, values.length - 1)) * (WIDTH - LEFT - 10);
  const y = (value: number): number => top + HEIGHT - (value / highest) * HEIGHT;
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  return [
    `<text x="${LEFT}" y="${top - 8}" font-weight="600">${title}</text>`,
    `<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${highest.toFixed(0)}</text>`,
    `<text x="${LEFT - 6}" y="${top + HEIGHT}" text-anchor="end">0</text>`,
    `<line x1="${LEFT}" y1="${top + HEIGHT}" x2="${WIDTH - 10}" y2="${top + HEIGHT}"/>`,
    `<polyline points="${points.join(' ')}"/>`,
  ];
}
