import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { DEFAULTS } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { readDocument, ROOT } from './support/documents.js';
import { codeIn, rowsOf } from './support/table.js';

/** Options whose default is a class of the package, which stands in words in the table. */
const REPLACEABLE = ['router', 'roomManager', 'engine'];

const UNITS: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/Ms$/, 'ms'],
  [/Bytes$/, 'bytes'],
];

/** A JavaScript expression's value, as a plain object of this realm. */
const valueOf = (expression: string): unknown =>
  JSON.parse(JSON.stringify(runInNewContext(`(${expression})`)));

/** `@default` of every field in the interfaces of options, by the field's name. */
function documentedInCode(): Map<string, string> {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  const options = files.filter(
    (file) => file.endsWith('.options.ts') && !file.startsWith('client'),
  );
  return new Map(
    options.flatMap((file) => {
      const source = readFileSync(join(ROOT, 'lib', file), 'utf8');
      const fields = source.matchAll(/@default (.+?)(?: \*\/|\n\s*\*\/)\s+readonly (\w+)\?/g);
      return [...fields].map(([, value, name]) => [name!, value!] as const);
    }),
  );
}

describe('the options', () => {
  const rows = rowsOf(readDocument('docs/options.md'), 'option');
  const names = rows.map(({ option }) => codeIn(option));

  it('are all in the table, and no others', () => {
    expect(names.toSorted()).toEqual([...Object.keys(DEFAULTS), ...REPLACEABLE].toSorted());
  });

  it.each(Object.entries(DEFAULTS))('have in the table the default of %s', (name, value) => {
    const row = rows.find(({ option }) => codeIn(option) === name);
    expect(valueOf(codeIn(row?.['default']))).toEqual(value);
  });

  it.each(Object.entries(DEFAULTS))('have in the code the default of %s', (name, value) => {
    expect(valueOf(documentedInCode().get(name) ?? 'undefined')).toEqual(value);
  });

  it('have units where they are numbers, the one that the name ends in', () => {
    const wrong = rows.filter(({ option, unit }) => {
      const name = codeIn(option);
      const byName = UNITS.find(([suffix]) => suffix.test(name))?.[1];
      if (byName !== undefined) return unit !== byName;
      const isNumber = typeof DEFAULTS[name as keyof typeof DEFAULTS] === 'number';
      return isNumber && unit === '';
    });
    expect(wrong).toEqual([]);
  });
});
