import { createRequire } from 'node:module';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Cores } from './cores.js';
import type { Pace } from './pace.js';

const PACKAGES = [
  '@nestjs/core',
  '@nestjs/platform-ws',
  '@nestjs/platform-socket.io',
  'socket.io',
  'ws',
] as const;

/** Where and how figures were taken. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Processes that wanted a core in the minute before; what is much above 0 has disturbed the figures. */
  readonly loadAverage: number;
  /** Whether server and load generator each had a core to themselves. */
  readonly pinned: boolean;
  readonly settings: Pace;
}

/** This machine, now. */
export function describeMachine(cores: Cores, settings: Pace): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    node: process.version,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    loadAverage: loadavg()[0] ?? 0,
    pinned: cores.server !== undefined,
    settings,
  };
}

function versionOf(name: string): string {
  // From the file system: some packages do not export their package.json.
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(`${folder}/${name}/package.json`) as { version: string }).version;
    } catch {
      // It is in a folder further up.
    }
  }
  return 'unknown';
}
