import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readFrames, type ServerFrame } from '../conformance/support/frames.js';

/** What one `data` event of the TCP socket brought. */
type Chunk = Buffer;

/**
 * A client made of a bare TCP socket: it answers no ping, no close frame and nothing else, and shows the chunks in which
 * the server's bytes arrived.
 */
export class RawPeer {
  /** What arrived after the handshake, as it arrived. */
  readonly chunks: Chunk[] = [];
  /** Fulfilled when the TCP connection is gone. */
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
    // A reset is followed by `close`, which is where it shows.
    socket.on('error', () => undefined);
  }

  /** Opens a TCP connection and sends nothing. */
  static async dial(port: number): Promise<RawPeer> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawPeer(socket);
  }

  /** Opens a WebSocket. */
  static async open(port: number, path = '/'): Promise<RawPeer> {
    const peer = await RawPeer.dial(port);
    await peer.upgrade(path);
    return peer;
  }

  /** Writes the opening handshake, with further header lines, and leaves the answer unread. */
  sendUpgrade(path = '/', headers = ''): void {
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
        `${headers}\r\n`,
    );
  }

  /** The frames that arrived so far. */
  get frames(): ServerFrame[] {
    return readFrames(Buffer.concat(this.chunks));
  }

  private async upgrade(path: string): Promise<void> {
    this.sendUpgrade(path);
    let answer = Buffer.alloc(0);
    let end = -1;
    while (end < 0) {
      const [chunk] = (await once(this.socket, 'data')) as [Buffer];
      answer = Buffer.concat([answer, chunk]);
      end = answer.indexOf('\r\n\r\n');
    }
    if (!answer.toString().startsWith('HTTP/1.1 101')) throw new Error(answer.toString());
    const rest = answer.subarray(end + 4);
    if (rest.length > 0) this.chunks.push(rest);
    this.socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
  }
}
