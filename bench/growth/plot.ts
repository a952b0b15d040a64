import { COLORS, NEUTRAL_STYLE } from '../report/colors.js';
import { formatNumber } from '../report/numbers.js';
import { type Axis, linearAxis, logAxis } from './axis.js';
import type { Panel, Series, Sweep } from './sweep.interface.js';

const WIDTH = 760;
const HEIGHT = 300;
const PANEL_WIDTH = 310;
const PANEL_HEIGHT = 180;
const PANEL_TOP = 72;
const PANEL_LEFTS = [50, 425] as const;
const LEGEND_TOP = 24;
const LEGEND_STEP = 100;

interface Point {
  readonly value: number;
  readonly cost: number;
}

/** A picture of a sweep: its plots beside each other. It has no background, so it stands on a light page and on a dark one. */
export function plot(sweep: Sweep, series: readonly Series[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="11">`,
    `<title>What more ${sweep.axis} cost</title>`,
    NEUTRAL_STYLE,
    ...series.flatMap(({ contestant }, index) => {
      const x = PANEL_LEFTS[0] + index * LEGEND_STEP;
      return [
        `<rect x="${x}" y="${LEGEND_TOP - 8}" width="14" height="4" rx="2" fill="${COLORS[contestant]}"/>`,
        text(x + 20, LEGEND_TOP - 2, contestant),
      ];
    }),
    ...sweep.panels.flatMap((panel, index) =>
      plotPanel(sweep, panel, series, PANEL_LEFTS[index] ?? 0),
    ),
    '</svg>',
    '',
  ].join('\n');
}

function plotPanel(
  { axis, values }: Sweep,
  panel: Panel,
  series: readonly Series[],
  left: number,
): string[] {
  const lines = series.map(({ contestant, metrics }) => ({
    color: COLORS[contestant],
    points: pointsOf(values, metrics, panel),
  }));
  const across = panel.scale === 'log' ? logAxis(values) : linearAxis(values);
  const up = linearAxis(lines.flatMap(({ points }) => points.map(({ cost }) => cost)));
  const x = (value: number): number => left + across.place(value) * PANEL_WIDTH;
  const y = (cost: number): number => PANEL_TOP + (1 - up.place(cost)) * PANEL_HEIGHT;
  return [
    `<text x="${left}" y="${PANEL_TOP - 16}" font-size="12" font-weight="600">${panel.title}</text>`,
    ...grid(across, up, x, y, left),
    text(left + PANEL_WIDTH / 2, PANEL_TOP + PANEL_HEIGHT + 36, axis, 'middle'),
    // Us on top.
    ...lines.toReversed().flatMap(({ color, points }) => drawLine(color, points, x, y)),
  ];
}

function pointsOf(values: readonly number[], metrics: Series['metrics'], panel: Panel): Point[] {
  return values.flatMap((value, index) => {
    const measured = metrics[index];
    const cost = measured && panel.cost(measured, value);
    return cost === undefined ? [] : [{ value, cost }];
  });
}

type Place = (value: number) => number;

function grid(across: Axis, up: Axis, x: Place, y: Place, left: number): string[] {
  const bottom = PANEL_TOP + PANEL_HEIGHT;
  return [
    ...up.ticks.flatMap((tick) => [
      line(left, y(tick), left + PANEL_WIDTH, y(tick), tick === 0 ? 1 : 0.25),
      text(left - 6, y(tick) + 4, formatNumber(tick), 'end'),
    ]),
    ...across.ticks.flatMap((tick) => [
      line(x(tick), bottom, x(tick), bottom + 4, 1),
      text(x(tick), bottom + 18, formatNumber(tick), 'middle'),
    ]),
  ];
}

function drawLine(color: string, points: readonly Point[], x: Place, y: Place): string[] {
  const places = points.map(
    ({ value, cost }) => [x(value).toFixed(1), y(cost).toFixed(1)] as const,
  );
  return [
    `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${color}"/>`),
  ];
}

function line(x1: number, y1: number, x2: number, y2: number, opacity: number): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke-opacity="${opacity}"/>`;
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
}
