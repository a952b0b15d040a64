import { spawnSync } from 'node:child_process';

/** Which core a server has to itself, and which the load generator; `undefined` where that cannot be chosen. */
export interface Cores {
  readonly server: number | undefined;
  readonly load: number | undefined;
}

/** Two cores of those this process may use: the first and the last, which are never two threads of one core. */
export function chooseCores(): Cores {
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], {
    encoding: 'utf8',
  });
  const allowed = status === 0 ? parseList(stdout.slice(stdout.lastIndexOf(':') + 1)) : [];
  return allowed.length < 2
    ? { server: undefined, load: undefined }
    : { server: allowed[0], load: allowed.at(-1) };
}

/** Reads `0-3,8`. */
function parseList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .flatMap((range) => {
      const [from, to = from] = range.split('-').map(Number);
      return Array.from({ length: to! - from! + 1 }, (_, index) => from! + index);
    });
}
