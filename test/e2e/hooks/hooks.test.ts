import { UnauthorizedException } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  BounceSocket,
  BounceWsError,
  ConnectionRegistry,
  type ErrorCode,
  type Hooks,
  OnEvent,
  type UpgradeContext,
} from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import { RawPeer } from '../../support/raw-peer.js';
import type { StartedApp } from '../../support/start-app.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, useApps } from '../../support/use-apps.js';
import { type PeerOptions, UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

const withHooks = (hooks: Hooks): Promise<StartedApp> => start({ options: { hooks } });

const outcome = (url: string, options?: PeerOptions): Promise<unknown> =>
  WsPeer.connect(url, options).catch((error: unknown) => error);

describe('hooks.onStartup', () => {
  it('is done before the first connection is accepted', async () => {
    const log: string[] = [];
    const started = await withHooks({
      onStartup: async () => {
        log.push('starting');
        await new Promise(setImmediate);
        log.push('started');
      },
      onConnect: () => void log.push('connecting'),
    });
    await WsPeer.connect(started.url);
    expect(log).toEqual(['starting', 'started', 'connecting']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no database'))],
  ])('fails the boot when it %s', async (_what, onStartup) => {
    await expect(withHooks({ onStartup })).rejects.toThrow('no database');
  });
});

describe('hooks.onShutdown', () => {
  it('runs once, after the last disconnect hook, and app.close() waits for it', async () => {
    const log: string[] = [];
    const { app, url } = await withHooks({
      onDisconnect: async () => {
        await new Promise(setImmediate);
        log.push('disconnected');
      },
      onShutdown: async () => {
        await new Promise(setImmediate);
        log.push('shut down');
      },
    });
    const peer = await WsPeer.connect(url);
    await app.close();
    await peer.closed;
    expect(log).toEqual(['disconnected', 'shut down']);
  });

  it('that fails is logged and does not keep the app from closing', async () => {
    const { app, log } = await withHooks({
      onShutdown: () => Promise.reject(new Error('shutdown failed')),
    });
    await app.close();
    expect(log.errors.join()).toContain('shutdown failed');
  });
});

describe('hooks.onConnect', () => {
  it('sees the handshake: headers, query, address and the offered subprotocols', async () => {
    const seen: unknown[] = [];
    const { url } = await withHooks({
      onConnect: ({ handshake, offeredSubprotocols }) => {
        seen.push(
          handshake.headers['x-test'],
          handshake.query.get('room'),
          handshake.ip,
          handshake.url,
          [...offeredSubprotocols],
        );
      },
    });
    await WsPeer.connect(`${url}/?room=tea`, {
      headers: { 'X-Test': 'yes' },
      protocols: ['chat', 'bounce.v1.json'],
    });
    expect(seen).toEqual(['yes', 'tea', '127.0.0.1', '/?room=tea', ['chat', 'bounce.v1.json']]);
  });

  it('runs before the upgrade and before the connect handlers, and is awaited', async () => {
    const log: string[] = [];
    @WebSocketGateway()
    class LogGateway {
      @OnEvent('connect') connect(): void {
        log.push('connect');
      }
    }
    const { url } = await start({
      providers: [LogGateway],
      options: {
        hooks: {
          onConnect: async () => {
            log.push('hook begins');
            await new Promise(setImmediate);
            log.push('hook ends');
          },
        },
      },
    });
    const peer = await WsPeer.connect(url);
    await peer.barrier();
    expect(log).toEqual(['hook begins', 'hook ends', 'connect']);
  });

  it.each([
    [(upgrade: UpgradeContext) => upgrade.refuse(), 403, ''],
    [(upgrade: UpgradeContext) => upgrade.refuse(401), 401, ''],
    [(upgrade: UpgradeContext) => upgrade.refuse(429, 'come back later'), 429, 'come back later'],
    [(upgrade: UpgradeContext) => upgrade.refuse(503, 'full'), 503, 'full'],
    [
      async (upgrade: UpgradeContext) => {
        await new Promise(setImmediate);
        upgrade.refuse(400, 'später');
      },
      400,
      'später',
    ],
  ])('may refuse with a status and a text (%#)', async (onConnect, status, message) => {
    const { app, url } = await withHooks({ onConnect });
    const refused = await outcome(url);
    expect(refused).toBeInstanceOf(UpgradeRefused);
    expect(refused).toMatchObject({ status });
    expect((refused as UpgradeRefused).body).toContain(message);
    expect(app.get(ConnectionRegistry).size).toBe(0);
  });

  it('refuses with the status of an exception of Nest', async () => {
    const { url } = await withHooks({
      onConnect: () => {
        throw new UnauthorizedException('secret');
      },
    });
    const refused = await outcome(url);
    expect(refused).toMatchObject({ status: 401 });
    expect((refused as UpgradeRefused).body).not.toContain('secret');
  });

  it.each([200, 101, 302, 399, 600, 0, Number.NaN, 403.5])(
    'cannot refuse with %s, which is no error status: the client gets 500',
    async (status) => {
      const { url, log } = await withHooks({ onConnect: (upgrade) => upgrade.refuse(status) });
      expect(await outcome(url)).toMatchObject({ status: 500 });
      expect(log.errors.join()).toContain('RangeError');
    },
  );

  it.each<[ErrorCode, number]>([
    ['unauthenticated', 401],
    ['invalid_token', 401],
    ['expired_token', 401],
    ['user_not_found', 401],
    ['forbidden', 403],
    ['rate_limited', 429],
    ['unavailable', 503],
    ['internal_error', 500],
  ])('refuses with a status that fits when it fails with %s (%i)', async (code, status) => {
    const { url } = await withHooks({
      onConnect: () => Promise.reject(new BounceWsError(code, 'secret')),
    });
    const refused = await outcome(url);
    expect(refused).toMatchObject({ status });
    expect((refused as UpgradeRefused).body).not.toContain('secret');
  });

  it.each([
    ['throws an Error', () => fail()],
    ['rejects with an Error', async () => fail()],
    ['throws null', () => failWithNull()],
  ])('refuses with 500 when it %s, which is logged and not told', async (_what, onConnect) => {
    const { url, log } = await withHooks({ onConnect });
    const refused = await outcome(url);
    expect(refused).toMatchObject({ status: 500 });
    expect((refused as UpgradeRefused).body).not.toContain('secret');
    expect(log.errors).toHaveLength(1);
  });

  it('that never settles ends in 503 after handshakeTimeoutMs', async () => {
    const { url } = await start({
      options: {
        handshakeTimeoutMs: 100,
        hooks: { onConnect: () => new Promise(() => undefined) },
      },
    });
    expect(await outcome(url)).toMatchObject({ status: 503 });
  });

  it('may set response headers', async () => {
    const { url } = await withHooks({
      onConnect: (upgrade) => {
        upgrade.setHeader('X-Node', 'a1');
        upgrade.setHeader('Set-Cookie', 'session=1; HttpOnly');
        upgrade.setHeader('X-Node', 'a2');
      },
    });
    const headers: Record<string, unknown> = {};
    const peer = await connectNoting(url, headers);
    expect(headers['x-node']).toBe('a2');
    expect(headers['set-cookie']).toEqual(['session=1; HttpOnly']);
    await peer.barrier();
  });

  it.each([
    ['X-Evil', 'a\r\nSet-Cookie: stolen=1'],
    ['X Evil', 'a'],
    ['', 'a'],
    ['X-Evil', '\u0000'],
  ])('cannot smuggle anything into the response with a header (%j: %j)', async (name, value) => {
    const { url } = await withHooks({ onConnect: (upgrade) => upgrade.setHeader(name, value) });
    const refused = await outcome(url);
    expect(refused).toMatchObject({ status: 500 });
    expect((refused as UpgradeRefused).headers['set-cookie']).toBeUndefined();
  });

  it('may choose one of the subprotocols that the client offered', async () => {
    const { url } = await withHooks({
      onConnect: (upgrade) => {
        if (upgrade.offeredSubprotocols.has('chat.v2')) upgrade.subprotocol = 'chat.v2';
      },
    });
    const chosen = await WsPeer.connect(url, { protocols: ['chat.v1', 'chat.v2'] });
    expect(chosen.subprotocol).toBe('chat.v2');
    await chosen.barrier();
    expect((await WsPeer.connect(url, { protocols: ['bounce.v1.json'] })).subprotocol).toBe(
      'bounce.v1.json',
    );
    expect((await WsPeer.connect(url)).subprotocol).toBe('');
  });

  it('may undo the choice of a subprotocol', async () => {
    const { url } = await withHooks({
      onConnect: (upgrade) => {
        upgrade.subprotocol = undefined;
      },
    });
    const raw = await WsPeer.connect(url, { protocols: [] });
    expect(raw.subprotocol).toBe('');
  });

  it('cannot choose a subprotocol that was not offered: that refuses the connection', async () => {
    const { url } = await withHooks({
      onConnect: (upgrade) => {
        upgrade.subprotocol = 'chat.v3';
      },
    });
    expect(await outcome(url, { protocols: ['chat.v1'] })).toMatchObject({ status: 403 });
  });

  it('knows the subprotocol that would be chosen by itself', async () => {
    const seen: unknown[] = [];
    const { url } = await withHooks({
      onConnect: ({ subprotocol }) => void seen.push(subprotocol),
    });
    await WsPeer.connect(url, { protocols: ['x', 'bounce.v1.json'] });
    await WsPeer.connect(url);
    expect(seen).toEqual(['bounce.v1.json', undefined]);
  });

  it('of one client holds up no other', async () => {
    const gate = deferred();
    const { url } = await withHooks({
      onConnect: ({ handshake }) => (handshake.query.has('slow') ? gate.promise : undefined),
    });
    const slow = WsPeer.connect(`${url}/?slow`);
    await (await WsPeer.connect(url)).barrier();
    gate.resolve();
    await (await slow).barrier();
  });

  it('does not end the process when the client resets the connection meanwhile', async () => {
    const asked: (() => void)[] = [];
    const { app, port, url } = await withHooks({
      onConnect: ({ handshake }) =>
        handshake.query.has('slow')
          ? new Promise<void>((resolve) => asked.push(resolve))
          : undefined,
    });
    const raws: RawPeer[] = [];
    for (let n = 0; n < 10; n++) {
      const raw = await RawPeer.dial(port);
      raw.sendUpgrade('/?slow');
      raws.push(raw);
    }
    await expect.poll(() => asked.length).toBe(10);
    for (const raw of raws) {
      raw.socket.resetAndDestroy();
      await raw.closed;
    }
    // The server reads the resets; then the hooks come to their end.
    await (await WsPeer.connect(url)).barrier();
    for (const resolve of asked) resolve();
    await (await WsPeer.connect(url)).barrier();
    expect(app.get(ConnectionRegistry).size).toBe(2);
  });

  it('does not end the process when it refuses a client that has reset the connection', async () => {
    const gate = deferred();
    const entered = deferred();
    const { port, url } = await withHooks({
      onConnect: async (upgrade) => {
        if (!upgrade.handshake.query.has('slow')) return;
        entered.resolve();
        await gate.promise;
        upgrade.refuse();
      },
    });
    const raw = await RawPeer.dial(port);
    raw.sendUpgrade('/?slow');
    await entered.promise;
    raw.socket.resetAndDestroy();
    await raw.closed;
    await (await WsPeer.connect(url)).barrier();
    gate.resolve();
    await (await WsPeer.connect(url)).barrier();
  });

  it('that is still under way when the app closes lets nobody in', async () => {
    const gate = deferred();
    const entered = deferred();
    const { app, url } = await withHooks({
      onConnect: ({ handshake }) => {
        if (!handshake.query.has('slow')) return undefined;
        entered.resolve();
        return gate.promise;
      },
    });
    const early = await WsPeer.connect(url);
    const pending = outcome(`${url}/?slow`);
    await entered.promise;
    const closing = app.close();
    expect((await early.closed).code).toBe(1012);
    gate.resolve();
    expect(await pending).toMatchObject({ status: 503 });
    await closing;
    expect(app.get(ConnectionRegistry).size).toBe(0);
  });
});

describe('hooks.onDisconnect', () => {
  it('gets the socket, the code and the reason, after the handlers of the gateways', async () => {
    const log: unknown[] = [];
    @WebSocketGateway()
    class LogGateway {
      @OnEvent('disconnect') async disconnect(): Promise<void> {
        await new Promise(setImmediate);
        log.push('gateway');
      }
    }
    const started = await start({
      providers: [LogGateway],
      options: {
        hooks: {
          onDisconnect: (socket, code, reason) => void log.push(socket.id, code, reason),
        },
      },
    });
    const { peer, socket } = await connectBoth(started);
    await peer.close(4321, 'enough');
    await expect.poll(() => log).toEqual(['gateway', socket.id, 4321, 'enough']);
  });

  it('is not called for a connection that onConnect refused', async () => {
    const log: string[] = [];
    const { url } = await withHooks({
      onConnect: (upgrade) => {
        if (upgrade.handshake.query.has('bad')) upgrade.refuse();
      },
      onDisconnect: () => void log.push('disconnected'),
    });
    expect(await outcome(`${url}/?bad`)).toMatchObject({ status: 403 });
    await (await WsPeer.connect(url)).close();
    await expect.poll(() => log).toEqual(['disconnected']);
  });

  it('that fails is logged, and the next connection is served', async () => {
    const { url, log } = await withHooks({
      onDisconnect: () => Promise.reject(new Error('bye failed')),
    });
    await (await WsPeer.connect(url)).close();
    await expect.poll(() => log.errors.join()).toContain('bye failed');
    await (await WsPeer.connect(url)).barrier();
  });

  it('sees what a handler noted on the socket', async () => {
    const names: unknown[] = [];
    @WebSocketGateway()
    class NameGateway {
      @OnEvent('name') name(client: BounceSocket, name: string): void {
        client.state['name'] = name;
      }
    }
    const { url } = await start({
      providers: [NameGateway],
      options: { hooks: { onDisconnect: ({ state }) => void names.push(state['name']) } },
    });
    const peer = await WsPeer.connect(url);
    await peer.request('name', { name: 'Alice' });
    await peer.close();
    await expect.poll(() => names).toEqual(['Alice']);
  });
});

function fail(): never {
  throw new Error('secret');
}

function failWithNull(): never {
  // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- the subject of the test
  throw null;
}

/** Connects and notes the headers of the 101. */
async function connectNoting(url: string, into: Record<string, unknown>): Promise<WsPeer> {
  return WsPeer.connect(url, {
    finishRequest: (request) => {
      request.on('upgrade', (response) => Object.assign(into, response.headers));
      request.end();
    },
  });
}
