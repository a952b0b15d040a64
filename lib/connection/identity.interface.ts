import type { BounceSocket } from './bounce-socket.js';

/** Who a connection belongs to. */
export interface Identity {
  /** What `toUser()` and presence call the user by: 1 to 256 characters, the same on all nodes and for all their tabs. */
  readonly userId: string;
  /** What handlers see as `client.user`. */
  readonly user: unknown;
}

/** A connection whose user became known, changed or was forgotten. */
export interface IdentifiedConnection {
  readonly socket: BounceSocket;
  /** Whose it is now; `null` for nobody's. */
  readonly userId: string | null;
  /** Whose it was before. */
  readonly previous: string | null;
}
