import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { INestApplication, Type } from '@nestjs/common';
import { WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import {
  BounceSocket,
  BroadcastService,
  ConnectionRegistry,
  type GatewayServer,
  OnEvent,
} from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { WebSocketServer as PlainServer, type WebSocket } from 'ws';
import { deferred } from '../../support/deferred.js';
import { freePort } from '../../support/free-port.js';
import { RawPeer } from '../../support/raw-peer.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { type PeerOptions, UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

const refusal = async (url: string, options?: PeerOptions): Promise<UpgradeRefused> => {
  const error: unknown = await WsPeer.connect(url, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UpgradeRefused);
  return error as UpgradeRefused;
};

const whereAmI = async (url: string): Promise<unknown> => {
  const peer = await WsPeer.connect(url);
  return (await peer.request('where')).data;
};

/** A gateway that tells where it is. */
function gatewayAt(name: string, { port = 0, path }: { port?: number; path?: string } = {}): Type {
  @WebSocketGateway(port, path === undefined ? {} : { path })
  class PlaceGateway {
    @OnEvent('where') where(): string {
      return name;
    }
  }
  return PlaceGateway;
}

describe('the default endpoint', () => {
  it('is "/" on the HTTP server of the app, without any useWebSocketAdapter', async () => {
    const { url } = await start({ providers: [gatewayAt('root')] });
    expect(await whereAmI(`${url}/`)).toBe('root');
    expect(await whereAmI(`${url}/?query=is&not=part`)).toBe('root');
  });

  it('is there without any gateway', async () => {
    const started = await start();
    const peer = await WsPeer.connect(started.url);
    started.app.get(BroadcastService).toAll().emit('news');
    expect((await peer.next()).event).toBe('news');
  });

  it('leaves the HTTP routes of the app alone', async () => {
    const { port } = await start({ providers: [gatewayAt('root')] });
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  });
});

describe('a path that nobody serves', () => {
  it.each(['/nowhere', '/ws/', '/ws2', '/w', '/WS', '//ws', '/ws/more', '/%77s', '/..'])(
    'is answered 404, and the server goes on (%s)',
    async (path) => {
      const { port, url } = await start({ options: { endpoints: [{ path: '/chat' }] } });
      const raw = await RawPeer.dial(port);
      const answer = text(raw.socket);
      raw.sendUpgrade(path);
      expect(await answer).toMatch(/^HTTP\/1\.1 404 /);
      await (await WsPeer.connect(`${url}/chat`)).barrier();
    },
  );

  it.each(['//', 'http://[', '/%', '?', '*'])(
    'does no harm however strange (%s)',
    async (target) => {
      const { port, url } = await start({ options: { endpoints: [{ path: '/chat' }] } });
      const raw = await RawPeer.dial(port);
      const answer = text(raw.socket);
      raw.sendUpgrade(target);
      expect(await answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      await (await WsPeer.connect(`${url}/chat`)).barrier();
    },
  );
});

describe('the option endpoints', () => {
  it('says where gateways without a path are', async () => {
    const { url } = await start({
      providers: [gatewayAt('everywhere')],
      options: { endpoints: [{ path: '/ws' }] },
    });
    expect(await whereAmI(`${url}/ws`)).toBe('everywhere');
    expect((await refusal(`${url}/`)).status).toBe(404);
  });

  it('opens them on each of several paths', async () => {
    const { url } = await start({
      providers: [gatewayAt('everywhere')],
      options: { endpoints: [{ path: '/a' }, { path: '/b/c' }] },
    });
    expect(await whereAmI(`${url}/a`)).toBe('everywhere');
    expect(await whereAmI(`${url}/b/c`)).toBe('everywhere');
  });

  it.each(['/ws', '/ws/', 'ws', 'ws/'])(
    'takes %s as the same path, whatever slashes are around it',
    async (path) => {
      const { url } = await start({
        providers: [gatewayAt('here')],
        options: { endpoints: [{ path }] },
      });
      expect(await whereAmI(`${url}/ws`)).toBe('here');
    },
  );
});

describe('@WebSocketGateway({ path })', () => {
  it('is on that path and on no other', async () => {
    const { url } = await start({
      providers: [gatewayAt('chat', { path: '/chat' }), gatewayAt('root')],
    });
    expect(await whereAmI(`${url}/chat`)).toBe('chat');
    expect(await whereAmI(`${url}/`)).toBe('root');
  });

  it('has its events on its own path only', async () => {
    @WebSocketGateway({ path: '/admin' })
    class AdminGateway {
      @OnEvent('secret') secret(): string {
        return 'yes';
      }
    }
    const { url } = await start({ providers: [AdminGateway, gatewayAt('root')] });
    const outsider = await WsPeer.connect(url);
    expect((await outsider.request('secret')).data).toMatchObject({ code: 'unknown_event' });
    const insider = await WsPeer.connect(`${url}/admin`);
    expect((await insider.request('secret')).data).toBe('yes');
    expect((await insider.request('where')).data).toMatchObject({ code: 'unknown_event' });
  });

  it.each(['/chat/', 'chat', 'chat/'])('takes %s as /chat', async (path) => {
    const { url } = await start({ providers: [gatewayAt('chat', { path })] });
    expect(await whereAmI(`${url}/chat`)).toBe('chat');
  });

  it('is shared by several gateways of the same path', async () => {
    const log: string[] = [];
    @WebSocketGateway({ path: '/chat' })
    class FirstGateway {
      @OnEvent('connect') hi(): void {
        log.push('first');
      }
      @OnEvent('one') one(): number {
        return 1;
      }
    }
    @WebSocketGateway({ path: '/chat/' })
    class SecondGateway {
      @OnEvent('connect') hi(): void {
        log.push('second');
      }
      @OnEvent('two') two(): number {
        return 2;
      }
    }
    const { url } = await start({ providers: [FirstGateway, SecondGateway] });
    const peer = await WsPeer.connect(`${url}/chat`);
    expect((await peer.request('one')).data).toBe(1);
    expect((await peer.request('two')).data).toBe(2);
    expect(log.toSorted()).toEqual(['first', 'second']);
  });

  it('leaves "/" closed when no gateway is there', async () => {
    const { url } = await start({ providers: [gatewayAt('chat', { path: '/chat' })] });
    expect((await refusal(url)).status).toBe(404);
  });

  it('has a server that knows the clients of its own path', async () => {
    @WebSocketGateway({ path: '/chat' })
    class ServerGateway {
      @WebSocketServer() readonly server!: GatewayServer;
      initialised: unknown;
      afterInit(server: unknown): void {
        this.initialised = server;
      }
      @OnEvent('count') count(client: BounceSocket) {
        return [this.server.clients.size, this.server.clients.has(client)];
      }
    }
    const { app, url } = await start({ providers: [ServerGateway, gatewayAt('root')] });
    const elsewhere = await WsPeer.connect(url);
    const peer = await WsPeer.connect(`${url}/chat`);
    expect((await peer.request('count')).data).toEqual([1, true]);
    const gateway = app.get(ServerGateway);
    expect(gateway.initialised).toBe(gateway.server);
    await peer.close();
    await expect.poll(() => gateway.server.clients.size).toBe(0);
    await elsewhere.barrier();
    expect(app.get(ConnectionRegistry).size).toBe(1);
  });
});

describe('@WebSocketGateway(port)', () => {
  it('listens on a port of its own, and not on that of the app', async () => {
    const port = await freePort();
    const { url, app } = await start({
      providers: [gatewayAt('own port', { port }), gatewayAt('app port')],
    });
    expect(await whereAmI(`ws://127.0.0.1:${port}/`)).toBe('own port');
    expect(await whereAmI(url)).toBe('app port');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(426);
    await app.close();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it('has paths of its own too', async () => {
    const port = await freePort();
    await start({
      providers: [gatewayAt('a', { port, path: '/a' }), gatewayAt('b', { port, path: '/b' })],
    });
    expect(await whereAmI(`ws://127.0.0.1:${port}/a`)).toBe('a');
    expect(await whereAmI(`ws://127.0.0.1:${port}/b`)).toBe('b');
    expect((await refusal(`ws://127.0.0.1:${port}/c`)).status).toBe(404);
  });

  it('fails the boot with the port named when somebody else has it', async () => {
    const other = createServer().listen(0);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start({ providers: [gatewayAt('late', { port })] })).rejects.toThrow(String(port));
    other.close();
  });
});

describe('another WebSocket library on the same HTTP server', () => {
  /** Echoes on its own path, as `ws` does it by itself: what is not its own it refuses with 400. */
  const strict = (server: Server): PlainServer => {
    const other = new PlainServer({ server, path: '/other' });
    other.on('connection', (socket: WebSocket) => {
      socket.on('message', (data: Buffer) => socket.send(data.toString().toUpperCase()));
    });
    return other;
  };

  /** Echoes on its own path and leaves other upgrades alone. */
  const polite = (server: Server): PlainServer => {
    const other = new PlainServer({ noServer: true });
    server.on('upgrade', (request, stream, head) => {
      if (request.url !== '/other') return;
      other.handleUpgrade(request, stream, head, (socket) => {
        socket.on('message', (data: Buffer) => socket.send(data.toString().toUpperCase()));
      });
    });
    return other;
  };

  const shout = async (url: string): Promise<unknown> => {
    const peer = await WsPeer.connect(`${url}/other`);
    peer.sendRaw('{"event":"shout"}');
    const echo = await peer.next();
    // Nobody but its own library closes it, and an HTTP server that closes waits for it.
    await peer.close();
    return echo;
  };

  const early = (add: (server: Server) => unknown) => ({
    providers: [gatewayAt('ours')],
    configure: (app: INestApplication) => void add(app.getHttpServer() as Server),
  });

  it('that was there first keeps its path, and we keep ours', async () => {
    const { url } = await start(early(polite));
    expect(await shout(url)).toEqual({ EVENT: 'SHOUT' });
    expect(await whereAmI(url)).toBe('ours');
  });

  it('that came later keeps its path, and we keep ours', async () => {
    const { app, url } = await start({ providers: [gatewayAt('ours')] });
    polite(app.getHttpServer() as Server);
    expect(await shout(url)).toEqual({ EVENT: 'SHOUT' });
    expect(await whereAmI(url)).toBe('ours');
  });

  it('keeps its path when it is a plain ws.WebSocketServer, before and after ours', async () => {
    const before = await start(early(strict));
    expect(await shout(before.url)).toEqual({ EVENT: 'SHOUT' });
    const after = await start({ providers: [gatewayAt('ours')] });
    strict(after.app.getHttpServer() as Server);
    expect(await shout(after.url)).toEqual({ EVENT: 'SHOUT' });
  });

  it('that waits before it answers finds the upgrade as it came', async () => {
    const { app, url } = await start({ providers: [gatewayAt('ours')] });
    const other = new PlainServer({ noServer: true });
    (app.getHttpServer() as Server).on('upgrade', (request, stream, head) => {
      if (request.url !== '/other') return;
      setTimeout(() => {
        other.handleUpgrade(request, stream, head, (socket) => {
          socket.on('message', (data: Buffer) => socket.send(data.toString().toUpperCase()));
        });
      }, 50);
    });
    expect(await shout(url)).toEqual({ EVENT: 'SHOUT' });
  });

  it('is still there when ours has closed', async () => {
    const { app, url } = await start(early(polite));
    const peer = await WsPeer.connect(`${url}/other`);
    const ours = await WsPeer.connect(url);
    const closing = app.close();
    expect((await ours.closed).code).toBe(1012);
    peer.sendRaw('{"event":"shout"}');
    expect(await peer.next()).toEqual({ EVENT: 'SHOUT' });
    await peer.close();
    await closing;
    expect((app.getHttpServer() as Server).listenerCount('upgrade')).toBe(1);
  });
});

describe('maxConnections', () => {
  it('refuses one more with 503 and Retry-After, and harms nobody', async () => {
    const { url } = await start({ options: { maxConnections: 2 }, providers: [gatewayAt('x')] });
    const first = await WsPeer.connect(url);
    const second = await WsPeer.connect(url);
    const refused = await refusal(url);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await first.request('where')).data).toBe('x');
    await second.close();
    await expect.poll(async () => whereAmI(url).catch(() => undefined)).toBe('x');
  });

  it('counts those that still wait for their connect hooks', async () => {
    const gate = deferred();
    @WebSocketGateway()
    class SlowGateway {
      @OnEvent('connect') wait(): Promise<void> {
        return gate.promise;
      }
    }
    const { url } = await start({ options: { maxConnections: 1 }, providers: [SlowGateway] });
    const first = await WsPeer.connect(url);
    expect((await refusal(url)).status).toBe(503);
    gate.resolve();
    await first.barrier();
  });
});
