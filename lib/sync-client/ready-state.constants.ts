/** The states of a WebSocket, with the numbers that browsers give them. */
export const ReadyState = {
  /** The handshake runs. */
  Connecting: 0,
  /** Messages flow. */
  Open: 1,
  /** The close handshake runs. */
  Closing: 2,
  /** The connection is gone, or never came about. */
  Closed: 3,
} as const;

/** One of the states of a WebSocket. */
export type ReadyState = (typeof ReadyState)[keyof typeof ReadyState];
