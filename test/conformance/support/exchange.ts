import { connect, type Socket } from 'node:net';
import { closeFrame, Opcode, readFrames, type ServerFrame } from './frames.js';

/** What one TCP connection to the server is to do. */
export interface Exchange {
  readonly method?: string;
  /** The request target; the target's own path by default. */
  readonly path?: string;
  /** Headers to add to a good handshake, to replace in it, or (`null`) to leave out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Frames to send after the handshake. */
  readonly frames?: readonly Buffer[];
  /**
   * How many messages to wait for before closing the connection; without it, the server is to end it. By default 0
   * when there are no frames.
   */
  readonly messages?: number;
  /** Whether the frames go out together with the handshake instead of after its answer. */
  readonly early?: boolean;
}

/** What the server did on it. */
export interface Outcome {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly frames: readonly ServerFrame[];
  /** The messages among the frames. */
  readonly messages: readonly unknown[];
  /** The code of the server's close frame, if one came. */
  readonly closeCode: number | undefined;
}

const END_OF_HEAD = '\r\n\r\n';

/** The key of RFC 6455's own example, and the accept key that belongs to it. */
export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const ACCEPT_KEY = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** Plays one connection byte by byte, until it has ended. */
export async function exchange(url: URL, options: Exchange = {}): Promise<Outcome> {
  const { frames = [], early = false, messages = frames.length === 0 ? 0 : undefined } = options;
  const socket = connect(Number(url.port || 80), url.hostname);
  const handshake = Buffer.from(requestHead(url, options));
  socket.write(early ? Buffer.concat([handshake, ...frames]) : handshake);
  return readOutcome(await untilEnd(socket, early ? [] : frames, messages));
}

/** Sends bytes that never become a handshake and reads what comes until the server ends the connection. */
export async function sendHalf(url: URL, bytes: string): Promise<Outcome> {
  const socket = connect(Number(url.port || 80), url.hostname);
  socket.write(bytes);
  return readOutcome(await untilEnd(socket, [], undefined));
}

function requestHead(url: URL, { method = 'GET', path, headers = {} }: Exchange): string {
  const all: Record<string, string | null> = {
    Host: url.host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path ?? url.pathname} HTTP/1.1`, ...lines].join('\r\n') + END_OF_HEAD;
}

function untilEnd(
  socket: Socket,
  frames: readonly Buffer[],
  messages: number | undefined,
): Promise<Buffer> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    let upgraded = false;
    let closing = false;
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const { status, frames: received, closeCode } = readOutcome(bytes);
      if (status !== 101 || closing) return;
      if (!upgraded) socket.write(Buffer.concat(frames));
      upgraded = true;
      const enough = messages !== undefined && received.filter(isText).length >= messages;
      closing = enough || closeCode !== undefined;
      // The server waits for the answer to its close frame before it ends the connection.
      if (closing) socket.write(closeFrame(closeCode ?? 1000));
    });
    // A reset is one way to end a connection; what came before it is what counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(bytes));
  });
}

function readOutcome(bytes: Buffer): Outcome {
  const head = bytes.indexOf(END_OF_HEAD);
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, Math.max(head, 0)).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const frames = head < 0 ? [] : readFrames(bytes.subarray(head + END_OF_HEAD.length));
  const texts = frames.filter(isText);
  const status = Number(statusLine.split(' ')[1] ?? 0);
  return {
    status,
    headers: new Map(headers),
    frames,
    messages:
      status === 101 ? texts.map(({ payload }): unknown => JSON.parse(payload.toString())) : [],
    closeCode: closeCodeIn(frames),
  };
}

function isText({ opcode }: ServerFrame): boolean {
  return opcode === Opcode.Text;
}

function closeCodeIn(frames: readonly ServerFrame[]): number | undefined {
  const close = frames.find(({ opcode }) => opcode === Opcode.Close);
  if (close === undefined) return undefined;
  return close.payload.length < 2 ? 1005 : close.payload.readUInt16BE();
}
