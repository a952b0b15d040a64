import * as fc from 'fast-check';

export const ROOMS = ['tea', '__proto__'] as const;

const MAX_MESSAGES = 8;

/** Which epoch is meant: the one that is, one that was, or none that ever was. */
export type Meant = 'present' | 'past' | 'unknown';

interface InRoom {
  readonly room: (typeof ROOMS)[number];
  /** How many messages are kept. */
  readonly size: number;
}

/** Says, by its index, which of two nodes says each message; all at the same time. */
export interface AppendStep extends InRoom {
  readonly do: 'append';
  readonly speakers: readonly number[];
  /** How much farther than the head the place is that the first one shows. */
  readonly ahead: number;
  readonly epoch: Meant;
}

/** Reads what came after a place: so many messages before the head. */
export interface SinceStep extends InRoom {
  readonly do: 'read since';
  readonly back: number;
  readonly limit: number;
  readonly epoch: Meant;
}

/** What can be done to a store. */
export type Step =
  | AppendStep
  | SinceStep
  | (InRoom & { readonly do: 'read latest'; readonly limit: number })
  | (InRoom & { readonly do: 'break off'; readonly epoch: Meant })
  | { readonly do: 'look' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'forget everything' };

const inRoom = { room: fc.constantFrom(...ROOMS), size: fc.constantFrom(1, 3, 100) };
const epoch = fc.constantFrom<Meant>('present', 'present', 'present', 'past', 'unknown');
const limit = fc.nat(2 * MAX_MESSAGES);

const append = fc.record<AppendStep>({
  ...inRoom,
  do: fc.constant('append'),
  speakers: fc.array(fc.nat(1), { minLength: 1, maxLength: MAX_MESSAGES }),
  ahead: fc.constantFrom(0, 0, 0, 0, 0, -1, 1, 5),
  epoch,
});

const since = fc.record<SinceStep>({
  ...inRoom,
  do: fc.constant('read since'),
  back: fc.integer({ min: -2, max: 2 * MAX_MESSAGES }),
  limit,
  epoch,
});

const others: Record<Exclude<Step['do'], 'append' | 'read since'>, fc.Arbitrary<Step>> = {
  'read latest': fc.record({ ...inRoom, do: fc.constant('read latest'), limit }),
  'break off': fc.record({ ...inRoom, do: fc.constant('break off'), epoch }),
  look: fc.record({ do: fc.constant('look') }),
  wait: fc.record({ do: fc.constant('wait'), ms: fc.nat(800) }),
  'forget everything': fc.record({ do: fc.constant('forget everything') }),
};

/** @param more what can happen to the store besides being used */
export function anySteps(...more: ('wait' | 'forget everything')[]): fc.Arbitrary<Step[]> {
  const step = fc.oneof(
    { arbitrary: append, weight: 4 },
    { arbitrary: since, weight: 4 },
    others['read latest'],
    others['break off'],
    others.look,
    ...more.map((name) => others[name]),
  );
  return fc.array(step, { maxLength: 30 });
}
