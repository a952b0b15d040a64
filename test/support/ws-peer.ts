import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ClientOptions, WebSocket } from 'ws';

/** A message as the server sent it. */
export interface PeerMessage {
  readonly event: string;
  readonly data: unknown;
  readonly timestamp: string;
  readonly id?: string | number;
}

/** What a peer may ask for in its upgrade, beside everything that `ws` itself understands (`headers`, `origin`, ...). */
export interface PeerOptions extends ClientOptions {
  /** The subprotocols to offer. */
  readonly protocols?: string | string[];
  /** How long `next()`, `request()` and `wasRead()` wait, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

/** The server answered an upgrade with plain HTTP. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';

  constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    readonly body: string,
  ) {
    super(`The upgrade was refused with ${status}: ${body}`);
  }
}

interface Waiter {
  readonly wanted: (message: PeerMessage) => boolean;
  readonly resolve: (message: PeerMessage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One end of a dialogue with the server, on a plain `ws` socket and nothing of ours. Everything that arrives is queued
 * from the first byte on, so a test can neither miss a message nor needs to listen before it acts.
 *
 * @example
 * const alice = await WsPeer.connect(url);
 * alice.send('join', { room: 'tea' });
 * expect(await alice.next('joined')).toMatchObject({ data: { room: 'tea' } });
 * expect((await alice.request('add', { a: 1, b: 2 })).data).toBe(3);
 * expect(await alice.barrier()).toEqual([]); // and nothing else came
 */
export class WsPeer {
  /** Fulfilled when the connection is gone, with the code and reason that the server gave. */
  readonly closed: Promise<{ code: number; reason: string }>;

  #queue: PeerMessage[] = [];
  readonly #waiters: Waiter[] = [];
  #ended: string | undefined;
  #lastId = 0;

  private constructor(
    /** The socket itself, for what a dialogue does not need: `pause()`, `ping()`, `terminate()`, ... */
    readonly socket: WebSocket,
    private readonly timeoutMs: number,
  ) {
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    // An error is followed by `close`, which is where it shows.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#end(`closed with ${code} ${reason.toString()}`.trimEnd());
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /**
   * Opens a connection.
   *
   * @throws UpgradeRefused when the server answers with anything but 101.
   */
  static async connect(url: string | URL, options: PeerOptions = {}): Promise<WsPeer> {
    const { protocols, timeoutMs = 5_000, ...rest } = options;
    const socket = new WebSocket(url, protocols, rest);
    const peer = new WsPeer(socket, timeoutMs);
    const refused = new Promise<never>((_resolve, reject) => {
      socket.once('unexpected-response', (_request, response: IncomingMessage) => {
        text(response).then((body) => {
          socket.terminate();
          reject(new UpgradeRefused(response.statusCode ?? 0, response.headers, body));
        }, reject);
      });
    });
    await Promise.race([once(socket, 'open'), refused]);
    return peer;
  }

  /** The subprotocol the server chose, `''` for none. */
  get subprotocol(): string {
    return this.socket.protocol;
  }

  /** Sends an envelope; `rest` adds `id`, `timestamp` or whatever else the test wants in it. */
  send(event: string, data?: unknown, rest?: Readonly<Record<string, unknown>>): void {
    this.sendRaw(JSON.stringify({ event, data, ...rest }));
  }

  /** Sends one frame as it is: text for a string, binary for a buffer. */
  sendRaw(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  /** The next message, or the next one of that event; others stay queued. Rejects in bounded time with what did come. */
  next(event?: string): Promise<PeerMessage> {
    return this.#take(
      event === undefined ? 'a message' : `"${event}"`,
      (message) => event === undefined || message.event === event,
    );
  }

  /** Sends a message with a fresh id and returns its answer, the `ack` or the `error`; everything else stays queued. */
  request(event: string, data?: unknown): Promise<PeerMessage> {
    const id = this.#freshId();
    this.send(event, data, { id });
    return this.#take(
      `the answer to "${event}"`,
      (message) => message.id === id && (message.event === 'ack' || message.event === 'error'),
    );
  }

  /**
   * Sends a ping and returns everything that came before its pong and was not taken yet. What the server wrote before
   * it read the ping is in there: how a test proves, without waiting, that nothing else was sent.
   */
  async barrier(): Promise<PeerMessage[]> {
    const id = this.#freshId();
    this.send('ping', {}, { id });
    let before: PeerMessage[] = [];
    await this.#take('the pong of a barrier', (message) => {
      if (message.id !== id) return false;
      before = this.#queue;
      this.#queue = [];
      return true;
    });
    return before;
  }

  /**
   * Waits until the server has read what was sent so far, whether or not it has handled it: it answers a ping frame. Rejects in
   * bounded time.
   */
  async wasRead(): Promise<void> {
    const ponged = once(this.socket, 'pong', { signal: AbortSignal.timeout(this.timeoutMs) });
    this.socket.ping();
    await ponged;
  }

  /** Closes the connection from this side and waits until it is gone. */
  close(code = 1000, reason = ''): Promise<{ code: number; reason: string }> {
    this.socket.close(code, reason);
    return this.closed;
  }

  #freshId(): string {
    this.#lastId += 1;
    return `peer-${this.#lastId}`;
  }

  #receive(frame: Buffer, isBinary: boolean): void {
    const message = parse(frame, isBinary);
    if (message === undefined) {
      this.#end(`received a frame that is no JSON text: ${frame.toString('latin1', 0, 100)}`);
      return;
    }
    const index = this.#waiters.findIndex(({ wanted }) => wanted(message));
    if (index < 0) this.#queue.push(message);
    else this.#waiters.splice(index, 1)[0]?.resolve(message);
  }

  #take(what: string, wanted: Waiter['wanted']): Promise<PeerMessage> {
    const index = this.#queue.findIndex((message) => wanted(message));
    const queued = this.#queue[index];
    if (queued !== undefined) {
      this.#queue.splice(index, 1);
      return Promise.resolve(queued);
    }
    const failed = (why: string): Error =>
      new Error(`Waited for ${what}: ${why}. Not taken so far: ${JSON.stringify(this.#queue)}`);
    if (this.#ended !== undefined) return Promise.reject(failed(this.#ended));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(failed(`nothing in ${this.timeoutMs} ms`));
      }, this.timeoutMs);
      const waiter: Waiter = {
        wanted,
        resolve: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
        reject: ({ message }) => {
          clearTimeout(timer);
          reject(failed(message));
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Nothing more will come, or nothing more can be trusted: every waiter learns it, now and later. */
  #end(why: string): void {
    this.#ended ??= why;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error(this.#ended));
  }
}

function parse(frame: Buffer, isBinary: boolean): PeerMessage | undefined {
  if (isBinary) return undefined;
  try {
    return JSON.parse(frame.toString()) as PeerMessage;
  } catch {
    return undefined;
  }
}
