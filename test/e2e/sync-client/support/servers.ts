import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { FakeServer } from '../../../support/fake-server.js';

/** Servers of all kinds, each with the address of a WebSocket. */
export interface Servers {
  /** A plain WebSocket server; `connected` gets every connection. */
  webSocket(
    connected: (socket: WebSocket, request: IncomingMessage) => void,
    options?: ServerOptions,
  ): Promise<string>;
  /** One that sends back what it gets, as it is. */
  echo(): Promise<string>;
  /** One that a test plays by hand. */
  fake(): Promise<FakeServer>;
  /** A server that answers upgrades with plain HTTP. */
  http(listener: RequestListener): Promise<string>;
  /** A server that accepts connections, and is silent. */
  silent(): Promise<string>;
}

/** Gives a test file servers on free ports; they are stopped after the test that started them. */
export function useServers(): Servers {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  const servers: Servers = {
    async webSocket(connected, options) {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
      await once(server, 'listening');
      server.on('connection', connected);
      stops.push(() => {
        for (const socket of server.clients) socket.terminate();
        server.close();
      });
      return addressOf(server.address() as AddressInfo);
    },
    echo: () =>
      servers.webSocket((socket) => {
        socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      }),
    async fake() {
      const server = await FakeServer.listen();
      stops.push(() => server.stop());
      return server;
    },
    async http(listener) {
      const server: Server = createServer(listener);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      stops.push(() => server.close());
      return addressOf(server.address() as AddressInfo);
    },
    async silent() {
      const sockets = new Set<Socket>();
      const server = createTcpServer((socket) => {
        sockets.add(socket.on('error', () => undefined));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      stops.push(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      return addressOf(server.address() as AddressInfo);
    },
  };
  return servers;
}

function addressOf({ port }: AddressInfo): string {
  return `ws://127.0.0.1:${port}/`;
}
