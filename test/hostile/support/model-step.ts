/** Everything that can happen. */
export const ACTIONS = [
  'join',
  'leave',
  'subscribe',
  'unsubscribe',
  'subscribe to all',
  'unsubscribe from all',
  'add a sender',
  'close',
] as const;

/** Something that happens to one of the sockets. */
export interface Step {
  readonly action: (typeof ACTIONS)[number];
  readonly socket: number;
  readonly name: number;
  /** What the step waits for: so many turns of the microtask queue, or of the event loop; a handler that awaits something. */
  readonly microtasks: number;
  readonly turns: number;
}

/** How many sockets there are, and how many rooms and events. */
export const SOCKETS = 4;
export const NAMES = 5;
