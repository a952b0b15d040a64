import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

/** Handles one event: binds what it needs from the payload. */
export type Handler = (client: WebSocket, data: never) => unknown;

/** The message as it goes over the wire. */
export function message(event: string, data: unknown): object {
  return { event, data, timestamp: new Date().toISOString() };
}

/** The loop that one writes by hand around `ws`: parse, look up the handler, send what it returned. */
export async function startWs(
  handlers: ReadonlyMap<string, Handler>,
  onClose: (client: WebSocket) => void = () => undefined,
  options: ServerOptions = {},
): Promise<{ readonly port: number }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  server.on('connection', (client) => {
    client.on('close', () => onClose(client));
    client.on('message', (frame: Buffer) => {
      const { event, data } = JSON.parse(frame.toString()) as { event: string; data: never };
      const result = handlers.get(event)?.(client, data);
      if (result !== undefined) client.send(JSON.stringify(message(event, result)));
    });
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
}
