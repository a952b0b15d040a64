import { createServer } from 'node:http';
import { once } from 'node:events';
import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { WebSocketGateway } from '@nestjs/websockets';
import { BounceWsHealth, BounceWsModule, OnEvent } from 'bounce-ws';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

const refusalOf = async (url: string): Promise<unknown> =>
  WsPeer.connect(url).then(
    () => 'accepted',
    (error: unknown) => error,
  );

describe('a node', () => {
  it('is ready from its start to its end', async () => {
    const gate = deferred();
    @WebSocketGateway()
    class ByeGateway {
      @OnEvent('disconnect') bye(): Promise<void> {
        return gate.promise;
      }
    }
    const { app, url } = await start({ providers: [ByeGateway] });
    const health = app.get(BounceWsHealth);
    const peer = await WsPeer.connect(url);
    expect(health.report()).toEqual({ ready: true, state: 'ready', connections: 1 });
    const closing = app.close();
    await peer.closed;
    expect(health.isReady()).toBe(false);
    expect(health.report().state).toBe('stopping');
    gate.resolve();
    await closing;
    expect(health.report()).toEqual({ ready: false, state: 'stopping', connections: 0 });
  });

  it('that is being started on a server that listens already refuses with 503 until it is done', async () => {
    const gate = deferred();
    const atWork = deferred();
    @Injectable()
    class SlowStart implements OnApplicationBootstrap {
      async onApplicationBootstrap(): Promise<void> {
        atWork.resolve();
        await gate.promise;
      }
    }
    @WebSocketGateway()
    class EchoGateway {
      @OnEvent('echo') echo(_client: unknown, text: string): string {
        return text;
      }
    }
    @Module({ providers: [SlowStart], exports: [SlowStart] })
    class SlowModule {}
    @Module({ imports: [SlowModule, BounceWsModule.forRoot()], providers: [EchoGateway] })
    class AppModule {}

    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const adapter = new ExpressAdapter();
    const app = await NestFactory.create(AppModule, adapter, { logger: false });
    adapter.setHttpServer(server);
    server.on('request', adapter.getInstance());
    const started = app.init();
    await atWork.promise;
    const health = app.get(BounceWsHealth);
    const refused = health.isReady() ? undefined : await refusalOf(url);
    gate.resolve();
    await started;
    expect(refused).toBeInstanceOf(UpgradeRefused);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(health.isReady()).toBe(true);
    const peer = await WsPeer.connect(url);
    await peer.barrier();
    await app.close();
    expect((await peer.closed).code).toBe(1012);
    server.close();
  });
});
