/** Everything that can happen. */
export const ACTIONS = [
  'say',
  'enter',
  'come back',
  'leave',
  'out and in',
  'close',
  'lose the store',
  'lose an answer',
  'find the store',
  'break off',
  'wait for a hole',
] as const;

/** What becomes of a message between two nodes. */
export const FATES = ['arrives', 'arrives', 'arrives', 'is lost', 'is late'] as const;

export type Fate = (typeof FATES)[number];

/** Something that happens to one of the clients, or the nodes. */
export interface Step {
  readonly action: (typeof ACTIONS)[number];
  readonly client: number;
  readonly node: number;
  readonly room: number;
  /** What the step waits for: so many turns of the microtask queue, or of the event loop. */
  readonly microtasks: number;
  readonly turns: number;
}

/** A schedule: its steps all begin at once, and wait for as long as each of them says. */
export interface Schedule {
  readonly steps: readonly Step[];
  /** Of the messages between nodes, in turn. */
  readonly fates: readonly Fate[];
  /** How many turns the store takes to answer, in turn. */
  readonly delays: readonly number[];
}

export const NODES = 3;
export const CLIENTS = 4;
export const ROOMS = 2;
export const MAX_STEPS = 30;
