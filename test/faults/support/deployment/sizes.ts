/** How many clients a fault befalls. */
export interface Sizes {
  /** Clients on three nodes of which one is killed. */
  readonly clientsOfAKill: number;
  /** Clients on three nodes that are replaced one after another. */
  readonly clientsOfARestart: number;
  /** Clients that are dropped at once. */
  readonly droppedClients: number;
}

/** What `npm test` has time for. */
const SHORT: Sizes = { clientsOfAKill: 150, clientsOfARestart: 60, droppedClients: 200 };

/** What has to hold. */
const FULL: Sizes = { clientsOfAKill: 1_000, clientsOfARestart: 300, droppedClients: 2_000 };

/** `npm run test:faults:long` asks for the full ones. */
export const SIZES: Sizes = process.env['FAULTS'] === 'full' ? FULL : SHORT;
