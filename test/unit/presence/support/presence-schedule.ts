import { ANYWHERE } from 'bounce-ws';
import * as fc from 'fast-check';
import type { Course, Fate } from './unsteady-view.js';

export const NODES = ['one', 'two', 'three'] as const;
export const USERS = ['ann', 'ben', '__proto__'] as const;
export const ROOMS = [ANYWHERE, 'tea'] as const;

/** What can happen to a node, or to the store. */
export type Action =
  | 'enter'
  | 'exit'
  | 'close'
  | 'renew'
  | 'lose the node'
  | 'go deaf'
  | 'hear again'
  | 'stop'
  | 'forget everything'
  | 'rest';

export interface Step {
  readonly action: Action;
  readonly node: (typeof NODES)[number];
  readonly user: (typeof USERS)[number];
  readonly room: (typeof ROOMS)[number];
}

/** What happens one after another, and how the calls go that it leads to. */
export interface Schedule {
  readonly steps: readonly Step[];
  readonly courses: readonly Course[];
}

const QUIET: Action[] = ['enter', 'enter', 'exit', 'close', 'rest', 'rest'];
const ROUGH: Action[] = [
  ...QUIET,
  'enter',
  'close',
  'renew',
  'renew',
  'lose the node',
  'go deaf',
  'hear again',
];

const steps = (actions: readonly Action[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      action: fc.constantFrom(...actions),
      node: fc.constantFrom(...NODES),
      user: fc.constantFrom(...USERS),
      room: fc.constantFrom(...ROOMS),
    }),
    { maxLength: 25 },
  );

const courses = (fates: readonly Fate[]): fc.Arbitrary<Course[]> =>
  fc.array(fc.record({ fate: fc.constantFrom(...fates), there: fc.nat(2), back: fc.nat(2) }), {
    maxLength: 25,
  });

/** @param more what else can happen */
export function anySchedule(...more: Action[]): fc.Arbitrary<Schedule> {
  return fc.oneof(
    fc.record({ steps: steps(QUIET), courses: courses(['done']) }),
    fc.record({ steps: steps([...QUIET, 'stop']), courses: courses(['done']) }),
    fc.record({
      steps: steps([...QUIET, ...more]),
      courses: courses(['done', 'done', 'refused', 'done, but the answer is lost']),
    }),
    fc.record({
      steps: steps([...ROUGH, ...more]),
      courses: courses([
        'done',
        'done',
        'done',
        'refused',
        'done, but the answer is lost',
        'done, but the lease is over',
      ]),
    }),
    fc.record({ steps: steps([...ROUGH, 'stop', ...more]), courses: courses(['done']) }),
  );
}
