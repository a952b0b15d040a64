import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository. */
export const ROOT = resolve(import.meta.dirname, '../../..');

const FOLDERS = ['.', 'docs', 'sample', 'bench'];

/** Something between two lines of three backticks. */
export interface CodeBlock {
  readonly document: string;
  /** Counted from 0 within the document. */
  readonly index: number;
  /** The word behind the backticks; empty where there is none. */
  readonly language: string;
  /** The line of the document that the code's first line is on, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** One Markdown file. */
export interface Document {
  /** Its path in the repository. */
  readonly path: string;
  readonly text: string;
  /** The text without code blocks. */
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
}

/** Every document of the repository. */
export function readDocuments(): Document[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => readDocument(join(folder, name))),
  );
}

/** One document, by its path in the repository. */
export function readDocument(path: string): Document {
  return parseDocument(path, readFileSync(join(ROOT, path), 'utf8'));
}

function parseDocument(path: string, text: string): Document {
  const prose: string[] = [];
  const blocks: CodeBlock[] = [];
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(line);
    if (fence === null) (open?.lines ?? prose).push(line);
    else if (open === undefined) open = { language: fence[1]!.trim(), line: index + 2, lines: [] };
    else {
      const { lines, ...block } = open;
      blocks.push({ document: path, index: blocks.length, ...block, code: lines.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: a code block is not closed`);
  return { path, text, prose: prose.join('\n'), blocks };
}
