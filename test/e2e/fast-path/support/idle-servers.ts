import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, runServer } from 'bounce-ws';
import { WebSocketServer } from 'ws';
import type { IdleServer, ServerAnswer } from './idle-server-process.js';

/** The program of `IdleServerProcess`: the servers that are compared, side by side in one heap. */

const COLLECTIONS = 4;

function createGateway(handlers: number) {
  @WebSocketGateway()
  class EchoGateway {
    [event: `event${number}`]: (client: BounceSocket, text: string) => string;
  }
  for (let index = 0; index < handlers; index++) {
    const name = `event${index}` as const;
    EchoGateway.prototype[name] = function (_client, text) {
      return text;
    };
    OnEvent(name)(
      EchoGateway.prototype,
      name,
      Object.getOwnPropertyDescriptor(EchoGateway.prototype, name)!,
    );
  }
  return EchoGateway;
}

async function startBounceWs(handlers: number): Promise<number> {
  const app: INestApplication = await runServer(createGateway(handlers), {
    port: 0,
    host: '127.0.0.1',
  });
  return (app.getHttpServer() as { address(): AddressInfo }).address().port;
}

async function startWs(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (client) => {
    client.on('message', (frame: Buffer) => client.send(frame.toString()));
    client.on('close', () => undefined);
    client.on('error', () => undefined);
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What the heap holds that something still refers to, and what lies outside of it for the same objects. */
async function heldBytes(): Promise<number> {
  for (let collection = 0; collection < COLLECTIONS; collection++) {
    await nextTurn();
    globalThis.gc!();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const answer = (message: ServerAnswer): void => void process.send!(message);

process.on('disconnect', () => process.exit());
process.on('message', () => void heldBytes().then(answer));

const ports: Record<IdleServer, number> = {
  ws: await startWs(),
  'bounce-ws, 1 handler': await startBounceWs(1),
  'bounce-ws, 100 handlers': await startBounceWs(100),
};
answer(ports);
