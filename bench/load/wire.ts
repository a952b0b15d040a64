import type { Protocol } from '../peers.js';

/** What a client sends, before it is put into a frame. */
export interface Message {
  readonly event: string;
  readonly data: unknown;
  /** Only bounce-ws answers it; the others ignore it. */
  readonly id?: number;
}

/** How one protocol puts messages into WebSocket frames. */
export interface Wire {
  /** Where the WebSocket is. */
  readonly path: string;
  /** The text of a frame. Its length never depends on when it is made. */
  encode(message: Message): string;
  /** What is sent after the upgrade, each as an answer to one frame of the server. */
  readonly greetings: readonly string[];
  /** Whether text frames of one character are pings to be answered (Engine.IO has its own). */
  readonly hasTextPings: boolean;
}

/** Now, as bounce-ws's own client writes it: UTC with milliseconds. */
function timestamp(): string {
  return new Date().toISOString().slice(0, -1);
}

/** `{ event, data, timestamp, id }`, the envelope that bounce-ws's client sends, to all that speak JSON. */
const JSON_WIRE: Wire = {
  path: '/',
  encode: ({ event, data, id }) => JSON.stringify({ event, data, timestamp: timestamp(), id }),
  greetings: [],
  hasTextPings: false,
};

/** Socket.IO protocol 5 over Engine.IO protocol 4, straight over WebSocket; it has no timestamps. */
const SOCKET_IO_WIRE: Wire = {
  path: '/socket.io/?EIO=4&transport=websocket',
  encode: ({ event, data }) => `42${JSON.stringify([event, data])}`,
  // `40` joins the default namespace; the server answers with another `40`.
  greetings: ['40'],
  hasTextPings: true,
};

/** The same with another path; `{n}` in it becomes a number. */
export function withPath(wire: Wire, path: string | undefined, n: number): Wire {
  return path === undefined ? wire : { ...wire, path: path.replace('{n}', String(n)) };
}

/** How to talk to a peer. */
export const WIRES: Readonly<Record<Protocol, Wire>> = {
  json: JSON_WIRE,
  'socket.io': SOCKET_IO_WIRE,
};
