import { format, resolveConfig } from 'prettier';
import type { Machine } from '../harness/machine.js';
import type { Measured } from '../harness/run-case.js';
import { figuresOf } from './figures.js';
import { tableOf } from './rows.js';

/** The results as a page. */
export async function toMarkdown(machine: Machine, results: readonly Measured[]): Promise<string> {
  const sections = results.flatMap((measured) =>
    figuresOf(measured).map((figure) => {
      const note = figure.note === undefined ? '' : `; ${figure.note}`;
      const rows = tableOf(figure, measured);
      const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
      const line = `| --- |${' ---: |'.repeat(rows[0]!.length - 1)}`;
      return `## ${figure.name}\n\n${measured.benchCase.title}${note}.\n\n${[head, line, ...body].join('\n')}`;
    }),
  );
  const page = [
    '# Results',
    'Written by `npm run bench`; [README.md](README.md) says what is measured and how to read it.',
    '![How many times better bounce-ws is](results.svg)',
    describe(machine, 'medians'),
    ...sections,
  ].join('\n\n');
  return format(page, { ...(await resolveConfig('package.json')), parser: 'markdown' });
}

/** The machine and the settings, as a list. @param kept - what of the rounds is reported */
export function describe({ settings, versions, ...machine }: Machine, kept: string): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- ${machine.date}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}`,
    `- Node.js ${machine.node}, ${packages.join(', ')}`,
    `- ${settings.rounds} rounds, in each a warm-up of ${settings.warmUpMs / 1_000} s and a window of ${settings.windowMs / 1_000} s; ${kept}`,
    machine.pinned
      ? '- server and load generator each on a core of their own'
      : '- server and load generator on no core in particular',
    `- load average before the run: ${machine.loadAverage.toFixed(2)}`,
  ].join('\n');
}
