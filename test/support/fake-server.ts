import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import { Inbox } from './inbox.js';

/** A message as the client sent it. */
export interface ClientFrame {
  readonly event: string;
  readonly id?: number | string;
  readonly data?: unknown;
  readonly timestamp?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

const MSGPACK = new MsgpackCodec();

/**
 * The server's end of one connection. It says only what the test tells it to, in MessagePack to who offers that first, and in
 * JSON to all others.
 */
export class FakePeer {
  readonly #inbox = new Inbox<ClientFrame>();
  readonly #isMsgpack: boolean;
  /** Fulfilled when the connection is gone, with the code and reason that the client gave. */
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(
    readonly socket: WebSocket,
    /** The path and query that the client asked for. */
    readonly path: string,
  ) {
    this.#isMsgpack = socket.protocol === MSGPACK.subprotocol;
    socket.on('message', (data: Buffer) => {
      const message = this.#isMsgpack ? MSGPACK.read(data) : JSON.parse(data.toString());
      this.#inbox.put(message as ClientFrame);
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** The next message of the client. */
  next(): Promise<ClientFrame> {
    return this.#inbox.take();
  }

  /** What has arrived and was not taken. */
  get unread(): readonly ClientFrame[] {
    return this.#inbox.waiting;
  }

  send(event: string, data: unknown = {}, id?: number | string): void {
    this.sendEnvelope({ event, id, data, timestamp: '2026-11-20T12:00:00.123' });
  }

  /** Sends a message with just the given members. */
  sendEnvelope(envelope: object): void {
    this.socket.send(this.#isMsgpack ? MSGPACK.write(envelope) : JSON.stringify(envelope));
  }

  /** Sends one text frame as it is. */
  sendRaw(frame: string): void {
    this.socket.send(frame);
  }

  /** Acks a request. */
  ack(request: ClientFrame, data: unknown = null): void {
    this.send('ack', data, request.id);
  }

  /** Answers a request with an error. */
  refuse(request: ClientFrame, code: string, details?: unknown): void {
    this.send(
      'error',
      { code, message: `text of ${code}`, event: request.event, details },
      request.id,
    );
  }

  /** Ends the connection without a close frame. */
  drop(): void {
    this.socket.terminate();
  }

  close(code: number, reason = ''): void {
    this.socket.close(code, reason);
  }
}

/**
 * A WebSocket server that a test plays by hand. Whatever connects or arrives is queued, so nothing is missed.
 *
 * @example
 * const server = await FakeServer.listen();
 * const client = new BounceClient(server.url, { WebSocket });
 * const peer = await server.accept();
 * peer.send('welcome', { id: 1 });
 */
export class FakeServer {
  readonly #peers = new Inbox<FakePeer>();
  readonly #server: WebSocketServer;
  #accepted = 0;
  /** Whether it takes the first subprotocol that a client offers, or none. */
  takesSubprotocols = true;

  private constructor(port: number) {
    this.#server = new WebSocketServer({
      port,
      host: '127.0.0.1',
      handleProtocols: ([first]) => this.takesSubprotocols && (first ?? false),
    });
    this.#server.on('connection', (socket, { url = '' }) => {
      this.#accepted += 1;
      this.#peers.put(new FakePeer(socket, url));
    });
  }

  /** Listens on a free port, or on one that an earlier server has left. */
  static async listen(port = 0): Promise<FakeServer> {
    const server = new FakeServer(port);
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** How many connections there have been. */
  get accepted(): number {
    return this.#accepted;
  }

  /** The next connection. */
  accept(): Promise<FakePeer> {
    return this.#peers.take();
  }

  /** Stops listening and drops every connection. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await closed;
  }
}
