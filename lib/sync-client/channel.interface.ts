import type { MessagePort } from 'node:worker_threads';
import type { SyncHeartbeatOptions } from './sync-client.options.js';

/** Asks the network thread for a connection. */
export interface OpenCommand {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly maxPayloadBytes: number;
  readonly maxUnreadBytes: number;
  readonly heartbeat: Required<SyncHeartbeatOptions> | false;
  /** The memory of the connection's SharedState. */
  readonly memory: SharedArrayBuffer;
  /** Takes commands to the connection and what arrives back. */
  readonly port: MessagePort;
}

/** To the network thread: open a connection, or end as soon as the last one is gone. */
export type ThreadCommand = OpenCommand | 'end';

/** To a connection: a frame to send, a close handshake, an end without one, or reading on after a pause. */
export type ConnectionCommand =
  | string
  | Uint8Array
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'drop'; readonly reason: string }
  | { readonly type: 'resume' };

/** The handshake is done. */
export interface Opened {
  readonly type: 'opened';
  /** The subprotocol the server chose, or `''`. */
  readonly protocol: string;
}

/** The connection is gone, or never came about; always the last thing to arrive. */
export interface Closed {
  readonly type: 'closed';
  readonly code: number;
  /** The close frame's reason; without one, what went wrong, or `''`. */
  readonly reason: string;
  /** Whether something went wrong, rather than a close handshake having taken place. */
  readonly isFailure: boolean;
  /** The status of an HTTP answer that refused the upgrade. */
  readonly status: number | undefined;
}

/** From a connection: a text frame, a binary frame, or news of the connection itself. */
export type Arrival = string | Uint8Array | Opened | Closed;

/** What an unread message costs beside its bytes. */
const MESSAGE_OVERHEAD_BYTES = 256;

/** How much an unread frame counts against `maxUnreadBytes`; both threads must agree on it. */
export function unreadSize(frame: string | Uint8Array): number {
  const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength;
  return bytes + MESSAGE_OVERHEAD_BYTES;
}
