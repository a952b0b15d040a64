import { connect, type Socket } from 'node:net';
import { FrameCounter, type FrameEvents } from './frame-counter.js';
import { CLOSE_FRAME, clientFrame, PONG_FRAME } from './frames.js';
import type { Wire } from './wire.js';

const HEAD_END = '\r\n\r\n';
const TEXT_PONG_FRAME = clientFrame('3');

/** Read into by all connections: what is in it is counted before anything else is read. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024);

interface Waiter {
  readonly received: number;
  readonly resolve: () => void;
}

/** A client that costs as little as one can in Node: a socket that counts the messages it gets. */
export class Connection implements FrameEvents {
  /** Messages that came since the connection was opened. */
  received = 0;
  /** Called with the number of messages that each chunk completed. */
  onMessages: ((count: number) => void) | undefined;
  /** Called when the connection is lost although nobody here ended it. */
  onLost: (error: Error) => void = (error) => {
    throw error;
  };

  readonly #socket: Socket;
  readonly #counter: FrameCounter;
  readonly #waiters: Waiter[] = [];
  /** What came of the answer to the upgrade; `undefined` once it is complete. */
  #head: string | undefined = '';
  #onUpgraded: () => void = () => undefined;
  #onClose: (() => void) | undefined;
  #isEnded = false;

  private constructor(wire: Wire, port: number) {
    this.#counter = new FrameCounter(this, wire.hasTextPings);
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: READ_BUFFER, callback: (length) => this.#read(length) },
    });
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(wire.path, port)));
    this.#socket.on('error', (error) => this.#lose(error));
    this.#socket.on('close', () => this.#lose(new Error('The server closed a connection')));
  }

  /** Connects, upgrades and does what the protocol needs before the first message. */
  static async open(wire: Wire, port: number): Promise<Connection> {
    const connection = new Connection(wire, port);
    await new Promise<void>((resolve, reject) => {
      const { onLost } = connection;
      connection.onLost = reject;
      connection.#onUpgraded = () => {
        connection.onLost = onLost;
        resolve();
      };
    });
    // Counted from the start: the first frame may come together with the answer to the upgrade.
    let received = 0;
    for (const greeting of wire.greetings) {
      await connection.waitFor(++received);
      connection.write(clientFrame(greeting));
    }
    if (received > 0) await connection.waitFor(++received);
    return connection;
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Sends a frame and waits for one message. */
  exchange(frame: Buffer): Promise<void> {
    const answered = this.waitFor(this.received + 1);
    this.write(frame);
    return answered;
  }

  /** Waits until this many messages came since the connection was opened. */
  waitFor(received: number): Promise<void> {
    if (this.received >= received) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ received, resolve }));
  }

  /** The closing handshake. The socket is then reset: thousands of ports in TIME_WAIT would stop the benchmark. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => (this.#onClose = resolve));
    this.write(CLOSE_FRAME);
    await closed;
    this.end();
  }

  /** Gives the connection up without a word. */
  end(): void {
    this.#isEnded = true;
    this.#socket.resetAndDestroy();
  }

  onPing(isText: boolean): void {
    this.write(isText ? TEXT_PONG_FRAME : PONG_FRAME);
  }

  onClose(): void {
    this.#onClose?.();
  }

  #read(length: number): boolean {
    const from = this.#head === undefined ? 0 : this.#readHead(length);
    const count = this.#counter.push(READ_BUFFER, from, length);
    if (count > 0) {
      this.received += count;
      this.onMessages?.(count);
      while (this.#waiters.length > 0 && this.#waiters[0]!.received <= this.received) {
        this.#waiters.shift()!.resolve();
      }
    }
    return true;
  }

  /** Takes a part of the answer to the upgrade. @returns where the frames begin */
  #readHead(length: number): number {
    const earlier = this.#head!.length;
    const head = this.#head! + READ_BUFFER.toString('latin1', 0, length);
    const end = head.indexOf(HEAD_END);
    if (end === -1) {
      this.#head = head;
      return length;
    }
    this.#head = undefined;
    if (head.startsWith('HTTP/1.1 101 ')) this.#onUpgraded();
    else this.#lose(new Error(`The server answered the upgrade with ${head.split('\r\n')[0]}`));
    return end + HEAD_END.length - earlier;
  }

  #lose(error: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    // A server may close its socket right after its close frame.
    if (this.#onClose === undefined) this.onLost(error);
    else this.#onClose();
  }
}

function upgradeRequest(path: string, port: number): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  return lines.join('\r\n') + HEAD_END;
}
