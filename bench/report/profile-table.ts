import { type CpuProfile, type SelfTime, selfTimes, type Stretch } from './self-times.js';

const FUNCTIONS = 40;
const SMALLEST_SHARE = 0.005;

/** Where the time of a profile went: by package, and by function. */
export function profileTable(profile: CpuProfile, stretch: Stretch | undefined): string {
  const functions = selfTimes(profile, stretch);
  const total = functions.reduce((sum, { micros }) => sum + micros, 0);
  const share = (micros: number): string => `${((micros / total) * 100).toFixed(1)} %`.padStart(7);
  const packages = new Map<string, number>();
  for (const entry of functions) {
    const name = packageOf(entry);
    packages.set(name, (packages.get(name) ?? 0) + entry.micros);
  }
  return [
    `${(total / 1e6).toFixed(2)} s of CPU time in the ${stretch === undefined ? 'whole run' : 'measured window'}`,
    '',
    ...[...packages]
      .filter(([, micros]) => micros > total * SMALLEST_SHARE)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, micros]) => `${share(micros)}  ${name}`),
    '',
    ...functions
      .slice(0, FUNCTIONS)
      .map(({ name, place, micros }) => `${share(micros)}  ${name}  ${place}`),
    '',
  ].join('\n');
}

/** `lib`, `bench`, `node`, a package's name, or what is no JavaScript. */
function packageOf({ name, place }: SelfTime): string {
  if (place === '') return name.startsWith('(') ? name : 'native code';
  if (place.startsWith('node:')) return 'node';
  const [first = '', second = ''] = place.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
