import { format, resolveConfig } from 'prettier';
import type { Machine } from '../harness/machine.js';
import { describe } from '../report/markdown.js';
import { formatNumber } from '../report/numbers.js';
import type { Panel, Series, Sweep } from './sweep.interface.js';

/** What a sweep gave, and where. */
export interface Swept {
  readonly sweep: Sweep;
  readonly machine: Machine;
  readonly series: readonly Series[];
}

/** The name of a sweep's picture. */
export const pictureOf = ({ name }: Sweep): string => `growth-${name}.svg`;

/** The results as a page. */
export async function toPage(swept: readonly Swept[]): Promise<string> {
  const [first] = swept;
  const page = [
    '# Growth',
    'Written by `npm run bench:growth`; [README.md](README.md#growth) says how to run it. What the plots show is told in [Performance](../docs/performance.md#growth).',
    first === undefined
      ? ''
      : describe(first.machine, 'the least of each cost, as whatever else runs only adds to it'),
    ...swept.map(sectionOf),
  ].join('\n\n');
  return format(page, { ...(await resolveConfig('package.json')), parser: 'markdown' });
}

function sectionOf({ sweep, series }: Swept): string {
  return [
    `## ${sweep.axis[0]!.toUpperCase()}${sweep.axis.slice(1)}`,
    `${sweep.title}.`,
    `![What more ${sweep.axis} cost](${pictureOf(sweep)})`,
    ...sweep.panels.map((panel) => tableOf(sweep, panel, series)),
  ].join('\n\n');
}

function tableOf({ axis, values }: Sweep, panel: Panel, series: readonly Series[]): string {
  const rows = [
    `| ${panel.title}; ${axis}: | ${values.map((value) => formatNumber(value)).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(values.length)}`,
    ...series.map(({ contestant, metrics }) => {
      const cells = values.map((value, index) => {
        const measured = metrics[index];
        const cost = measured && panel.cost(measured, value);
        return cost === undefined ? '' : formatNumber(cost);
      });
      return `| \`${contestant}\` | ${cells.join(' | ')} |`;
    }),
  ];
  return rows.join('\n');
}
