import type { Measured } from '../harness/run-case.js';
import { figuresOf } from './figures.js';
import { tableOf } from './rows.js';

const GAP = '   ';

/** The results of a case for a terminal. */
export function textTable(measured: Measured): string {
  const tables = figuresOf(measured).map((figure) => {
    const { title } = measured.benchCase;
    const note = figure.note === undefined ? '' : ` (${figure.note})`;
    const lines = align(tableOf(figure, measured));
    return `${figure.name}: ${title}${note}\n${lines.join('\n')}\n`;
  });
  return tables.join('\n');
}

/** The first column to the left, the others to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? `  ${cell.padEnd(widths[column]!)}` : cell.padStart(widths[column]!),
      )
      .join(GAP)
      .trimEnd(),
  );
}
