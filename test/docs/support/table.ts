import type { Document } from './documents.js';

/** A row of a table: its cells by the table's column titles. */
export type Row = Readonly<Record<string, string>>;

/** The rows of every table of a document whose first column has that title. */
export function rowsOf({ prose }: Document, firstColumn: string): Row[] {
  const rows: Row[] = [];
  let titles: string[] = [];
  for (const line of prose.split('\n')) {
    if (!line.startsWith('|')) titles = [];
    else if (titles.length === 0) titles = cellsOf(line);
    else if (titles[0] === firstColumn && !/^\|[\s|:-]+\|$/.test(line)) {
      const cells = cellsOf(line);
      rows.push(Object.fromEntries(titles.map((title, index) => [title, cells[index] ?? ''])));
    }
  }
  return rows;
}

/** A cell that holds one piece of code: what stands between the backticks. */
export function codeIn(cell: string | undefined): string {
  return /^`(.+)`$/.exec(cell ?? '')?.[1] ?? '';
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
