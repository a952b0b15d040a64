import { PEERS } from '../peers.js';
import { COLORS, NEUTRAL_STYLE } from './colors.js';
import type { Figure } from './figures.js';
import { formatRatio } from './numbers.js';

const WIDTH = 760;
const LABEL_WIDTH = 150;
const VALUE_WIDTH = 150;
const BAR_HEIGHT = 12;
const BAR_GAP = 3;
const GROUP_GAP = 14;
const TOP = 56;
const BOTTOM = 24;
const BASELINE = 9.5;

/** A longer bar is cut off, or the others could not be told apart. */
const LONGEST = 10;

interface Scale {
  (ratio: number): number;
}

/** A bar chart of the ratios. It has no background, so it stands on a light page and on a dark one. */
export function toSvg(figures: readonly Figure[]): string {
  const groups = figures.map((figure) => ({
    name: figure.name,
    bars: PEERS.filter((peer) => figure.ratios.has(peer)).map((peer) => ({
      peer,
      ratio: figure.ratios.get(peer)!,
    })),
  }));
  const ratios = groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio));
  const largest = Math.min(LONGEST, Math.max(1, ...ratios));
  const scale: Scale = (ratio) =>
    (Math.min(ratio, largest) / largest) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH);

  const parts: string[] = [];
  let y = TOP;
  for (const { name, bars } of groups) {
    const height = bars.length * (BAR_HEIGHT + BAR_GAP);
    parts.push(text(LABEL_WIDTH - 10, y + height / 2 + 3, name, 'end'));
    for (const { peer, ratio } of bars) {
      const width = Math.max(1, scale(ratio)).toFixed(1);
      parts.push(
        `<rect x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="2" fill="${COLORS[peer]}"/>`,
        text(
          LABEL_WIDTH + Math.max(scale(ratio), scale(1)) + 6,
          y + BASELINE,
          `${ratio > largest ? '› ' : ''}${formatRatio(ratio)} ${peer}`,
        ),
      );
      y += BAR_HEIGHT + BAR_GAP;
    }
    y += GROUP_GAP;
  }
  const one = (LABEL_WIDTH + scale(1)).toFixed(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + BOTTOM}" width="${WIDTH}" height="${y + BOTTOM}" role="img" font-family="system-ui, sans-serif" font-size="11">`,
    '<title>How many times better bounce-ws is than each peer</title>',
    NEUTRAL_STYLE,
    `<text x="${LABEL_WIDTH}" y="20" font-size="14" font-weight="600">How many times better bounce-ws is</text>`,
    `<text x="${LABEL_WIDTH}" y="37">right of the dashed line bounce-ws does more work, or needs less memory or time; bars with › are cut off</text>`,
    ...parts,
    `<line x1="${one}" y1="${TOP - 8}" x2="${one}" y2="${y}" stroke-dasharray="3 3"/>`,
    text(LABEL_WIDTH + scale(1), y + 12, '1x', 'middle'),
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
}
