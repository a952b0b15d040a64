import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, BounceWsModule, OnEvent, Payload } from 'bounce-ws';

/** What the server says of itself when it is asked. */
export interface Vitals {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** 99 of 100 turns of the event loop since the last question were late by at most so much, in milliseconds. */
  readonly delayMs: number;
  /** Timers and handles that keep the process alive. */
  readonly resources: number;
  /** `BounceSocket`s that the garbage collector cannot take. */
  readonly sockets: number;
}

@WebSocketGateway()
class HoldGateway {
  @OnEvent('echo') echo(_client: BounceSocket, @Payload() payload: unknown): unknown {
    return payload;
  }

  @OnEvent('join') join(client: BounceSocket, room: string): Promise<void> {
    return client.join(room);
  }

  @OnEvent('say') say(client: BounceSocket, room: string, n: number): void {
    client.broadcast('said', { n, from: client.id }, { to: room, skipSelf: false });
  }
}

@Module({ imports: [BounceWsModule.forRoot()], providers: [HoldGateway] })
class HoldModule {}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const delay = monitorEventLoopDelay({ resolution: 20 });
delay.enable();

/** CPU time since the start, of all threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function vitals(): Vitals {
  const delayMs = delay.percentile(99) / 1e6;
  collect();
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  const sockets = queryObjects(BounceSocket, { format: 'count' });
  delay.reset();
  return {
    rssBytes: rss,
    heapBytes: heapUsed,
    delayMs,
    resources: process.getActiveResourcesInfo().length,
    sockets,
  };
}

const app = await NestFactory.create(HoldModule, { logger: ['warn', 'error'] });
await app.listen(0, '127.0.0.1');
process.on('message', (question) => {
  if (question === 'vitals') process.send?.(vitals());
  else if (question === 'cpu') process.send?.(cpuMs());
  else void app.close().then(() => process.exit());
});
process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
