import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Document, readDocument, readDocuments, ROOT } from './support/documents.js';

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

const linksOf = ({ prose }: Document) => [...prose.matchAll(LINK)].map(([, target]) => target!);

/** The anchors that GitHub gives the headings. */
function anchorsOf({ prose }: Document): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of prose.matchAll(/^#+ (.+)$/gm)) {
    const anchor = heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const taken = [...anchors].filter((other) => other.replace(/-\d+$/, '') === anchor).length;
    anchors.add(taken === 0 ? anchor : `${anchor}-${taken}`);
  }
  return anchors;
}

function isBroken(document: Document, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document.path : normalize(join(dirname(document.path), path));
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(readDocument(target)).has(anchor);
}

describe.each(readDocuments().map((document) => [document.path, document] as const))(
  '%s',
  (_path, document) => {
    it('links to nothing that is not there', () => {
      const local = linksOf(document).filter((link) => !/^[a-z]+:/.test(link));
      expect(local.filter((link) => isBroken(document, link))).toEqual([]);
    });

    it('links out over https only', () => {
      const other = linksOf(document).filter((link) => /^[a-z]+:/.test(link));
      expect(other.filter((link) => !URL.canParse(link) || !link.startsWith('https://'))).toEqual(
        [],
      );
    });

    it('lists all of its sections where it begins with a list of them', () => {
      const [beginning = ''] = document.prose.split(/^## /m);
      const listed = [...beginning.matchAll(/^- \[.+\]\(#(.+)\)$/gm)].map(([, anchor]) => anchor);
      const sections = [...document.prose.matchAll(/^## .+$/gm)].join('\n');
      const anchors = [...anchorsOf({ ...document, prose: sections })];
      expect(listed).toEqual(listed.length === 0 ? [] : anchors);
    });
  },
);
