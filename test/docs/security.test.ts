import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument, ROOT } from './support/documents.js';
import { codeIn, rowsOf } from './support/table.js';

const SECURITY = readDocument('SECURITY.md');

const readPackage = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;

const numbersOf = (version: string): number[] => version.match(/\d+/g)!.slice(0, 3).map(Number);

/** Whether a version is at least another one. */
function isAtLeast(version: string, floor: string): boolean {
  const [one, other] = [numbersOf(version), numbersOf(floor)];
  const index = one.findIndex((number, place) => number !== other[place]);
  return index === -1 || one[index]! > other[index]!;
}

describe('the floors of dependencies in SECURITY.md', () => {
  const floors = rowsOf(SECURITY, 'dependency').map(
    (row) => [codeIn(row['dependency']), row['at least'] ?? ''] as const,
  );
  const { dependencies, peerDependencies } = readPackage('package.json') as Record<
    string,
    Record<string, string>
  >;

  it('are those of what is installed with the package', () => {
    expect(floors.map(([name]) => name)).toContain('ws');
  });

  it.each(floors)('hold for %s: what may be installed is at least %s', (name, floor) => {
    const range = dependencies?.[name] ?? peerDependencies?.[name];
    expect(range).toBeDefined();
    expect(isAtLeast(range!, floor)).toBe(true);
    const { version } = readPackage(`node_modules/${name}/package.json`);
    expect(isAtLeast(version as string, floor)).toBe(true);
  });
});

describe('the OWASP checklist in SECURITY.md', () => {
  const points = rowsOf(SECURITY, 'point').map(({ point = '', test = '' }) => {
    const [, file = '', name = ''] = /^`(.+?)`: (.+)$/.exec(test) ?? [];
    return [point, file, name] as const;
  });

  it('has its points', () => {
    expect(points.length).toBeGreaterThan(10);
  });

  it.each(points)('names a test that exists: %s', (_point, file, name) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(name).not.toBe('');
    expect(readFileSync(join(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ')).toContain(name);
  });
});
