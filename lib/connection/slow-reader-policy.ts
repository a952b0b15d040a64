/**
 * What becomes of a message for a client that has not read what was sent to it before:
 *
 * - `disconnect`: it waits with everything else, and over `maxQueuedBytes` the connection is ended.
 * - `drop-volatile`: it is taken for volatile and dropped.
 * - `coalesce`: it waits in the place of an earlier one with the same key. Of each key the latest survives.
 */
export type SlowReaderPolicy = 'disconnect' | 'drop-volatile' | 'coalesce';

/** Marks a message that need not reach a client that reads too slowly. */
export interface Lossy {
  /** The latest message of a key waits for the client. Without a key the message is dropped. */
  readonly key?: string;
}

/** Options of {@link BounceSocket.emit}. */
export interface EmitOptions {
  /** Whether the message is dropped while the client has not read what was sent before. @default false */
  readonly volatile?: boolean;
  /** While the client has not read what was sent before, the message waits in the place of an earlier one of this key. */
  readonly coalesceKey?: string;
}
