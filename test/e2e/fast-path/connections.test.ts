import type { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Type } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, ConnectionRegistry, OnEvent } from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MadeResources } from '../../support/made-resources.js';
import { TimerAccount } from '../../support/timers.js';
import { connectBoth, connectMany, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const GATEWAYS = 12;
const HANDLERS = 10;
const CONNECTIONS = 20;

const start = useApps();

/** A gateway with handlers of both kinds, and hooks that answer at once. */
function createGateway(gateway: number, handlers: number): Type {
  @WebSocketGateway()
  class SomeGateway {
    @OnEvent('connect')
    connected(): void {}

    handleDisconnect(): void {}

    [event: `event${number}`]: (client: BounceSocket) => string;
  }
  for (let handler = 0; handler < handlers; handler++) {
    const name = `event${handler}` as const;
    SomeGateway.prototype[name] = () => name;
    const decorator = handler % 2 === 0 ? OnEvent : SubscribeMessage;
    decorator(`${name}-of-${gateway}`)(
      SomeGateway.prototype,
      name,
      Object.getOwnPropertyDescriptor(SomeGateway.prototype, name)!,
    );
  }
  return SomeGateway;
}

const gateways = (count: number, handlers: number): Type[] =>
  Array.from({ length: count }, (_, index) => createGateway(index, handlers));

/** How many listeners an emitter has for each of its events. */
const listenersOf = (emitter: EventEmitter): Record<string, number> =>
  Object.fromEntries(
    emitter.eventNames().map((event) => [String(event), emitter.listenerCount(event)]),
  );

describe('A connection, in counts that no load changes', () => {
  const timers = new TimerAccount();

  beforeEach(() => timers.open());
  afterEach(() => timers.close());

  async function listenersWith(providers: Type[]) {
    const { peer, socket } = await connectBoth(await start({ providers }));
    await peer.barrier();
    const { _socket: stream } = socket.raw as unknown as { readonly _socket: Socket };
    return { ws: listenersOf(socket.raw), tcp: listenersOf(stream) };
  }

  it('has one listener for each event, however many gateways and handlers there are', async () => {
    const one = await listenersWith(gateways(1, 1));
    expect(one.ws).toEqual({ message: 1, pong: 1, close: 1, error: 1 });
    expect(await listenersWith(gateways(GATEWAYS, HANDLERS))).toEqual(one);
  });

  it('has no timer, idle or after messages', async () => {
    const started = await start({ providers: gateways(1, 1) });
    await connectBoth(started);
    const ofTheServer = await timers.alive();
    const connections = await connectMany(started, CONNECTIONS);
    expect(await timers.alive()).toEqual(ofTheServer);
    for (const { peer } of connections) {
      expect(await peer.request('event0-of-0')).toMatchObject({ data: 'event0' });
    }
    expect(await timers.alive()).toEqual(ofTheServer);
  });

  it('opens in the turn of its upgrade, without a promise or a timer', async () => {
    const made = new MadeResources();
    const { app, url } = await start({ providers: gateways(GATEWAYS, HANDLERS) });
    // The first one may start what all share.
    await WsPeer.connect(url);
    const server = app.getHttpServer() as Server;
    server.prependOnceListener('upgrade', () => made.start());
    const opened = firstValueFrom(app.get(ConnectionRegistry).opened$).then(() => made);
    app.get(ConnectionRegistry).opened$.subscribe(() => made.stop());
    await WsPeer.connect(url);
    await opened;
    expect([made.of('PROMISE'), made.of('Timeout'), made.of('Immediate')]).toEqual([0, 0, 0]);
  });
});
