import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS } from 'bounce-ws';
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

describe('the defaults in SECURITY.md', () => {
  const { presence, rateLimit, ...numbers } = DEFAULTS;
  const { perSecond, burst } = rateLimit as { perSecond: number; burst: number };
  const rows = new Map(
    rowsOf(SECURITY, 'against').map((row) => [row['against'], row['default'] ?? '']),
  );
  const seconds = (ms: number): string => `${ms / 1_000} s`;
  const grouped = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');

  it.each([
    ['slow or silent handshakes', seconds(numbers.handshakeTimeoutMs)],
    ['one user with many connections', `${numbers.connectionsPerUser} a user`],
    ['too many connections', grouped(numbers.maxConnections)],
    ['large messages, many fragments', `${numbers.maxPayloadBytes / 1_024} KiB`],
    ['large messages, many fragments', `${grouped(numbers.maxFragments)} fragments`],
    ['pings whose answers are unread', `${numbers.maxPendingPongs},`],
    ['nesting and keys', `${numbers.maxDepth} levels, ${grouped(numbers.maxKeys)} keys`],
    ['floods', `${perSecond} messages a second, bursts of ${burst}`],
    ['clients that do not read', `${numbers.maxQueuedBytes / 1_048_576} MiB`],
    ['clients that are gone', seconds(numbers.heartbeatIntervalMs)],
    ['clients that are gone', seconds(numbers.heartbeatTimeoutMs)],
    ['handlers that never end', seconds(numbers.handlerTimeoutMs)],
    ['hoarding', `${numbers.roomsPerConnection} rooms`],
    ['hoarding', `${numbers.subscriptionsPerConnection} subscriptions`],
    ['hoarding', `${numbers.streamsPerConnection} streams`],
    ['hoarding', `${numbers.maxPendingMessages} waiting messages`],
    ['hoarding', `${presence.maxMetaBytes / 1_024} KiB of metadata`],
  ])('are those of the code: %s, %s', (row, text) => {
    expect(rows.get(row)).toContain(text);
  });

  it('leave off what is said to be off', () => {
    const { compression, evalJs, trustedProxies, history } = DEFAULTS;
    expect([compression, evalJs, trustedProxies, history]).toEqual(Array(4).fill(false));
    expect(DEFAULTS.origins).toEqual([]);
  });
});

/** The titles of the tests in a file, those of a table with their placeholders. */
function titlesIn(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ');
  const title = /(['"`])((?:(?!\1)[^\\]|\\.)*)\1, (?:async )?\(/g;
  return Array.from(source.matchAll(title), ([, , text = '']) => text);
}

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
    expect(titlesIn(file).filter((title) => title.includes(name))).not.toEqual([]);
  });
});
