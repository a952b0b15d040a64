import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { readDocuments } from './support/documents.js';
import { typeCheck } from './support/type-check.js';

const DOCUMENTS = readDocuments();
const BLOCKS = DOCUMENTS.flatMap(({ blocks }) => blocks);

/** Names that a document's code takes from its reader. */
const GIVEN = { 'docs/client.md': 'declare const url: string;' };

const place = ({ document, line }: { document: string; line: number }) => `${document}:${line}`;

describe('the code in the documents', () => {
  it('is TypeScript that compiles in a strict Nest project', () => {
    expect(typeCheck(DOCUMENTS, GIVEN)).toEqual([]);
  });

  it('leaves nothing out', () => {
    const shortened = BLOCKS.filter(({ language, code }) => {
      return language !== '' && /^\s*(\/\/ )?(\.\.\.|…)|\{ ?(\.\.\.|…) ?\}/m.test(code);
    });
    expect(shortened.map(place)).toEqual([]);
  });

  it.each(
    BLOCKS.filter(({ language }) => language === 'json').map((block) => [place(block), block]),
  )('is valid JSON at %s', (_place, { code }) => {
    expect(() => void JSON.parse(code)).not.toThrow();
  });

  it.each(
    BLOCKS.filter(({ language }) => language === 'html').map((block) => [place(block), block]),
  )('is a page whose scripts can be read at %s', (_place, { code }) => {
    const scripts = [...code.matchAll(/<script>(.*?)<\/script>/gs)];
    for (const [, script = ''] of scripts) expect(() => new Script(script)).not.toThrow();
  });
});
