import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** A WebSocket server that knows no protocol of ours: it sends every frame back as it came. */
export class EchoServer {
  readonly port: number;
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
  }

  /** Listens on a free port, or on one that an earlier server has left. */
  static async listen(port = 0): Promise<EchoServer> {
    const server = new WebSocketServer({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    return new EchoServer(server);
  }

  /** A server for each test of a file. */
  static forEachTest(): { readonly current: EchoServer } {
    const holder = { current: undefined as unknown as EchoServer };
    beforeEach(async () => {
      holder.current = await EchoServer.listen();
    });
    afterEach(() => holder.current.stop());
    return holder;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** The server's end of the one connection there is. */
  get socket(): WebSocket {
    const [socket, ...others] = this.#server.clients;
    if (socket === undefined || others.length > 0) throw new Error('There is not one connection');
    return socket;
  }

  /** Stops listening and drops every connection. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await closed;
  }
}
