import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { Inbox } from './inbox.js';

/**
 * One end of a dialogue in any format: sends frames as they are and hands out those that came, in order. Text arrives as
 * the JSON it holds, binary as it is.
 *
 * @example
 * const zero = await FramePeer.connect(`${url}/wszero`);
 * zero.send({ op: 'announce', text: 'hi' });
 * expect(await zero.next()).toEqual({ op: 'announce', text: 'hi' });
 */
export class FramePeer {
  /** Fulfilled when the connection is gone. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #inbox = new Inbox<unknown>();

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer, isBinary) => {
      this.#inbox.put(isBinary ? data : JSON.parse(data.toString()));
    });
    // An error is followed by `close`, which is where it shows.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Opens a connection. */
  static async connect(
    url: string,
    protocols: string | string[] = [],
    options: ClientOptions = {},
  ): Promise<FramePeer> {
    const socket = new WebSocket(url, protocols, options);
    const peer = new FramePeer(socket);
    await once(socket, 'open');
    return peer;
  }

  /** Sends bytes as a binary frame, a string as it is, and everything else as JSON. */
  send(frame: unknown): void {
    const isFrame = typeof frame === 'string' || frame instanceof Uint8Array;
    this.socket.send(isFrame ? frame : JSON.stringify(frame));
  }

  /** The next frame; with a condition, the next one that meets it, and those before it are dropped. */
  async next(isWanted: (frame: unknown) => boolean = () => true): Promise<unknown> {
    for (;;) {
      const frame = await this.#inbox.take();
      if (isWanted(frame)) return frame;
    }
  }

  /** What has come and was not taken. */
  get unread(): readonly unknown[] {
    return this.#inbox.waiting;
  }
}
