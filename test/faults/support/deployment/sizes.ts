/** How many clients a fault befalls. */
export interface Sizes {
  /** Clients on three nodes of which one is killed. */
  readonly clientsOfAKill: number;
  /** Clients on three nodes that are replaced one after another. */
  readonly clientsOfARestart: number;
  /** Clients that are dropped at once. */
  readonly droppedClients: number;
  /** Members of rooms with history, on three nodes of which one is killed. */
  readonly membersOfAKill: number;
  /** How long Redis is frozen while they talk, in milliseconds. */
  readonly frozenMs: number;
}

/** What `npm test` has time for. */
const SHORT: Sizes = {
  clientsOfAKill: 150,
  clientsOfARestart: 60,
  // Of fewer, chance alone brings half of them back within a second now and then.
  droppedClients: 400,
  membersOfAKill: 120,
  frozenMs: 5_000,
};

/** What has to hold. */
const FULL: Sizes = {
  clientsOfAKill: 1_000,
  clientsOfARestart: 300,
  droppedClients: 2_000,
  membersOfAKill: 1_000,
  frozenMs: 20_000,
};

/** `npm run test:faults:long` asks for the full ones. */
export const SIZES: Sizes = process.env['FAULTS'] === 'full' ? FULL : SHORT;
