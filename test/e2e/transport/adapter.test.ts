import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { BounceWsAdapter, BounceWsModule, OnEvent } from 'bounce-ws';
import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RecordingLogger } from '../../support/start-app.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

describe("the app's own useWebSocketAdapter()", () => {
  @WebSocketGateway()
  class NativeGateway {
    @SubscribeMessage('native') native() {
      return { event: 'native', data: 'by its own adapter' };
    }
    @OnEvent('ours') ours(): string {
      return 'by bounce-ws';
    }
  }

  it('wins, and the log says that bounce-ws serves nobody', async () => {
    const { url, log } = await start({
      providers: [NativeGateway],
      configure: (app) => void app.useWebSocketAdapter(new WsAdapter(app)),
    });
    const peer = await WsPeer.connect(url);
    peer.send('native');
    expect(await peer.next()).toEqual({ event: 'native', data: 'by its own adapter' });
    expect(log.warnings.join()).toMatch(/useWebSocketAdapter/);
  });

  it('may be ours: then nothing is different, and nothing is warned of', async () => {
    const { url, log } = await start({
      providers: [NativeGateway],
      configure: (app) => void app.useWebSocketAdapter(app.get(BounceWsAdapter)),
    });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('ours')).data).toBe('by bounce-ws');
    expect(log.warnings).toEqual([]);
  });
});

describe('forRootAsync()', () => {
  let app: INestApplication | undefined;
  afterEach(async () => app?.close());

  it('sets the module up with what a factory returns', async () => {
    class Config {
      readonly path = '/from-config';
    }
    @Module({ providers: [Config], exports: [Config] })
    class ConfigModule {}

    @WebSocketGateway()
    class PlaceGateway {
      @OnEvent('where') where(): string {
        return 'here';
      }
    }
    @Module({
      imports: [
        BounceWsModule.forRootAsync({
          imports: [ConfigModule],
          inject: [Config],
          useFactory: async ({ path }: Config) => ({ endpoints: [{ path }] }),
        }),
      ],
      providers: [PlaceGateway],
    })
    class AppModule {}

    app = await NestFactory.create(AppModule, { logger: new RecordingLogger() });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const peer = await WsPeer.connect(`ws://127.0.0.1:${port}/from-config`);
    expect((await peer.request('where')).data).toBe('here');
  });

  it('checks the options as forRoot() does', async () => {
    @Module({
      imports: [BounceWsModule.forRootAsync({ useFactory: () => ({ maxPayloadBytes: -1 }) })],
    })
    class AppModule {}
    await expect(
      NestFactory.create(AppModule, { logger: new RecordingLogger(), abortOnError: false }),
    ).rejects.toThrow(/maxPayloadBytes/);
  });
});

describe('a namespace, which only Socket.IO has', () => {
  it('fails the boot with a word on what to use instead', async () => {
    @WebSocketGateway({ namespace: 'chat' })
    class SocketIoGateway {
      @OnEvent('where') where(): string {
        return 'nowhere';
      }
    }
    await expect(start({ providers: [SocketIoGateway] })).rejects.toThrow(/namespace.*path/);
  });
});
