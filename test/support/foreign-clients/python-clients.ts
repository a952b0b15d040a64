import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Inbox } from '../inbox.js';

/** `datetime.fromisoformat` of the Pythons that bounce_ws supports: no `Z`, and a fraction of three or six digits. */
const FROM_ISO_FORMAT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?$/;

/** Opens a socket whose messages wait in line, as those of a Python client that awaits them one by one. */
async function open(url: string): Promise<{ socket: WebSocket; inbox: Inbox<string> }> {
  const socket = new WebSocket(url);
  const inbox = new Inbox<string>();
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) throw new TypeError('a Python client that reads JSON got bytes');
    inbox.put(data.toString());
  });
  await once(socket, 'open');
  return { socket, inbox };
}

/** Reads and writes as bounce_ws' Python code does: a timestamp without offset on every message, both ways. */
export class BouncePythonClient {
  private constructor(
    private readonly socket: WebSocket,
    private readonly inbox: Inbox<string>,
  ) {}

  static async connect(url: string): Promise<BouncePythonClient> {
    const { socket, inbox } = await open(url);
    return new BouncePythonClient(socket, inbox);
  }

  /** `datetime.utcnow().isoformat()` has six digits, unless they are zeros. */
  send(event: string, data: unknown): void {
    const timestamp = new Date().toISOString().replace(/(\.\d{3})Z$/, '$1000');
    this.socket.send(JSON.stringify({ event, data, timestamp }));
  }

  async next(): Promise<{ event: string; data: unknown }> {
    const { event, data, timestamp } = JSON.parse(await this.inbox.take()) as Record<
      string,
      string
    >;
    if (event === undefined || data === undefined) throw new Error(`KeyError in ${event}`);
    if (!FROM_ISO_FORMAT.test(timestamp ?? '')) throw new Error(`ValueError: ${timestamp}`);
    return { event, data };
  }

  close(): void {
    this.socket.close();
  }
}

/** Reads as the Python client in bazis-ws' README does: one frame after the other, and a frame without a type is a KeyError. */
export class BazisPythonClient {
  private constructor(
    private readonly socket: WebSocket,
    private readonly inbox: Inbox<string>,
  ) {}

  static async connect(url: string): Promise<BazisPythonClient> {
    const { socket, inbox } = await open(url);
    return new BazisPythonClient(socket, inbox);
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** What it prints for the next frame. */
  async next(): Promise<string> {
    const message = JSON.parse(await this.inbox.take()) as Record<string, unknown>;
    if (!Object.hasOwn(message, 'type')) throw new Error("KeyError: 'type'");
    switch (message['type']) {
      case 'pong':
        return 'Received pong';
      case 'data':
        return `Received data: ${JSON.stringify(message['data'])}`;
      case 'error':
        return `Error: ${String(message['code'])} - ${String(message['detail'])}`;
      default:
        return 'nothing';
    }
  }

  close(): void {
    this.socket.close();
  }
}
