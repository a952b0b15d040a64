import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  AbstractTimedSender,
  BounceSocket,
  ConnectionRegistry,
  EmitEvery,
  OnEvent,
} from 'bounce-ws';
import { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import { RawPeer } from '../../support/raw-peer.js';
import { type AppSetup, startApp } from '../../support/start-app.js';
import { TimerAccount } from '../../support/timers.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, connectMany, useApps } from '../../support/use-apps.js';
import { UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

describe('app.close()', () => {
  it('says 1012 to everybody', async () => {
    const started = await start();
    const connections = await connectMany(started, 20);
    await started.app.close();
    for (const { peer } of connections) expect((await peer.closed).code).toBe(1012);
    expect(started.app.get(ConnectionRegistry).size).toBe(0);
  });

  it('says 1012 on every endpoint', async () => {
    @WebSocketGateway({ path: '/chat' })
    class ChatGateway {
      @OnEvent('x') x(): void {
        // Only to be there.
      }
    }
    @WebSocketGateway()
    class RootGateway {
      @OnEvent('x') x(): void {
        // Only to be there.
      }
    }
    const { app, url } = await start({ providers: [ChatGateway, RootGateway] });
    const peers = [await WsPeer.connect(url), await WsPeer.connect(`${url}/chat`)];
    await app.close();
    for (const peer of peers) expect((await peer.closed).code).toBe(1012);
  });

  it('says when to come back, to everybody within a quarter of a second of each other', async () => {
    const started = await start();
    const connections = await connectMany(started, 10);
    await started.app.close();
    for (const { peer } of connections) {
      expect((await peer.closed).reason).toBe('the server restarts; retry-after=250');
    }
  });

  it('answers what is at work before it closes the connection, and takes no more', async () => {
    const gate = deferred();
    const handled: string[] = [];
    @WebSocketGateway()
    class SlowGateway {
      @OnEvent('save') async save(_client: BounceSocket, what: string): Promise<string> {
        await gate.promise;
        handled.push(what);
        return `saved ${what}`;
      }
    }
    const { app, url } = await start({
      providers: [SlowGateway],
      options: { shutdownTimeoutMs: 20_000 },
    });
    const [idle, busy] = [await WsPeer.connect(url), await WsPeer.connect(url)];
    const answers = [busy.request('save', { what: 'one' }), busy.request('save', { what: 'two' })];
    await busy.barrier();
    const closing = app.close();
    expect((await idle.closed).code).toBe(1012);
    expect((await busy.request('save', { what: 'three' })).data).toMatchObject({
      code: 'unavailable',
    });
    gate.resolve();
    expect((await Promise.all(answers)).map(({ data }) => data)).toEqual([
      'saved one',
      'saved two',
    ]);
    expect((await busy.closed).code).toBe(1012);
    await closing;
    expect(handled).toEqual(['one', 'two']);
  });

  it('waits for a handler whose client is gone', async () => {
    const log: string[] = [];
    @WebSocketGateway()
    class SlowGateway {
      @OnEvent('save') async save(): Promise<void> {
        log.push('saving');
        await new Promise((resolve) => setTimeout(resolve, 300));
        log.push('saved');
      }
    }
    const { app, url } = await start({ providers: [SlowGateway] });
    const peer = await WsPeer.connect(url);
    peer.send('save');
    await peer.barrier();
    await peer.close();
    await app.close();
    expect(log).toEqual(['saving', 'saved']);
  });

  it('waits no longer than shutdownTimeoutMs, and says so', async () => {
    @WebSocketGateway()
    class StuckGateway {
      @OnEvent('stuck') stuck(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    const { app, url, log } = await start({
      providers: [StuckGateway],
      options: { shutdownTimeoutMs: 400 },
    });
    const peer = await WsPeer.connect(url);
    peer.send('stuck');
    await peer.barrier();
    const startedAt = performance.now();
    await app.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect((await peer.closed).code).toBe(1012);
    expect(log.warnings.join()).toMatch(/shutdownTimeoutMs/);
  });

  it('lets out what was sent before', async () => {
    const started = await start();
    const { peer, socket } = await connectBoth(started);
    socket.emit('last words');
    await started.app.close();
    expect((await peer.next()).event).toBe('last words');
  });

  it('waits for the disconnect hooks, while the services of the app are still there', async () => {
    const log: string[] = [];
    @Injectable()
    class Store implements OnApplicationShutdown {
      onApplicationShutdown(): void {
        log.push('store closed');
      }
    }
    @WebSocketGateway()
    class ByeGateway {
      constructor(readonly store: Store) {}
      @OnEvent('disconnect') async bye(_client: BounceSocket, code: number): Promise<void> {
        log.push(`bye ${code}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        log.push('bye done');
      }
    }
    const { app, url } = await start({
      providers: [ByeGateway, Store],
      options: {
        hooks: {
          onDisconnect: async () => {
            await Promise.resolve();
            log.push('hook done');
          },
          onShutdown: () => void log.push('shutdown'),
        },
      },
    });
    const peer = await WsPeer.connect(url);
    await app.close();
    log.push('closed');
    await peer.closed;
    expect(log.slice(0, 3)).toEqual(['bye 1012', 'bye done', 'hook done']);
    expect(log.slice(3, 5).toSorted()).toEqual(['shutdown', 'store closed']);
    expect(log.at(-1)).toBe('closed');
  });

  it('does not wait for ever for a disconnect hook that never settles', async () => {
    @WebSocketGateway()
    class StuckGateway {
      @OnEvent('disconnect') bye(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    const { app, url } = await start({
      providers: [StuckGateway],
      options: { handlerTimeoutMs: 100 },
    });
    await WsPeer.connect(url);
    await app.close();
  });

  it('does not wait for ever for a client that does not answer the close frame', async () => {
    const { app, port } = await start({ options: { closeTimeoutMs: 100 } });
    const raw = await RawPeer.open(port);
    await app.close();
    await raw.closed;
    expect(raw.frames.at(-1)).toMatchObject({ opcode: 8 });
    expect(raw.frames.at(-1)?.payload.readUInt16BE()).toBe(1012);
  });

  it('ends a client whose connect hook is still under way, without handling its messages', async () => {
    const gate = deferred();
    const log: string[] = [];
    @WebSocketGateway()
    class SlowGateway {
      @OnEvent('connect') async enter(): Promise<void> {
        log.push('entering');
        await gate.promise;
      }
      @OnEvent('note') note(): void {
        log.push('note');
      }
      @OnEvent('disconnect') leave(): void {
        log.push('left');
      }
    }
    const { app, url } = await start({ providers: [SlowGateway] });
    const peer = await WsPeer.connect(url);
    peer.send('note');
    await expect.poll(() => log).toEqual(['entering']);
    const closing = app.close();
    expect((await peer.closed).code).toBe(1012);
    gate.resolve();
    await closing;
    expect(log).toEqual(['entering', 'left']);
  });

  it('answers an upgrade that comes meanwhile with 503, or not at all', async () => {
    const gate = deferred();
    @WebSocketGateway()
    class ByeGateway {
      @OnEvent('disconnect') bye(): Promise<void> {
        return gate.promise;
      }
    }
    const { app, url } = await start({ providers: [ByeGateway] });
    const peer = await WsPeer.connect(url);
    const closing = app.close();
    await peer.closed;
    const late: unknown = await WsPeer.connect(url).catch((error: unknown) => error);
    expect(late).toBeInstanceOf(Error);
    if (late instanceof UpgradeRefused) expect(late.status).toBe(503);
    gate.resolve();
    await closing;
  });

  it('ends running streams and requests', async () => {
    const ended: string[] = [];
    @WebSocketGateway()
    class BusyGateway {
      @OnEvent('stream') stream() {
        return new Observable<number>((subscriber) => {
          subscriber.next(1);
          return () => ended.push('stream');
        });
      }
      @OnEvent('ask') async ask(client: BounceSocket): Promise<void> {
        await client.request('question').catch(() => ended.push('request'));
      }
    }
    const { app, url } = await start({ providers: [BusyGateway] });
    const peer = await WsPeer.connect(url);
    peer.send('stream', {}, { id: 1 });
    peer.send('ask');
    await peer.next('stream');
    await peer.next('question');
    await app.close();
    expect(ended.toSorted()).toEqual(['request', 'stream']);
  });

  it('does not wait for connections that never sent a request, as browsers open them in advance', async () => {
    const started = await startApp({});
    const silent = connect(started.port, '127.0.0.1');
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await started.app.close();
    await ended;
  });

  it('twice, and before anybody came, is harmless', async () => {
    const { app } = await start();
    await app.close();
    await app.close();
  });

  it('releases the HTTP server: no listener of ours, and the port is free', async () => {
    const { app, url, port } = await start();
    const server = app.getHttpServer() as Server;
    await (await WsPeer.connect(url)).close();
    await app.close();
    expect(server.listening).toBe(false);
    expect(server.listenerCount('upgrade')).toBe(0);
    await expect(WsPeer.connect(`ws://127.0.0.1:${port}`)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('after app.close()', () => {
  @Injectable()
  class FastSender extends AbstractTimedSender<number> {
    readonly event = 'fast';
    readonly schedule = { rateHz: 100 };
    override readonly computeWhenIdle = true;
    protected createMessageData(): number {
      return 1;
    }
  }

  @WebSocketGateway()
  class BusyGateway {
    @EmitEvery('tick', { intervalMs: 10 }) tick(): number {
      return 1;
    }
    @EmitEvery('rare', { intervalMs: 3_600_000, computeWhenIdle: true }) rare(): number {
      return 1;
    }
    @OnEvent('ask') async ask(client: BounceSocket): Promise<unknown> {
      return client.request('question');
    }
  }

  const SETUP: AppSetup = { providers: [FastSender, BusyGateway] };

  /** A life with everything in it that has a timer. */
  async function live(alive?: () => Promise<void>): Promise<void> {
    const { app, url, port } = await startApp(SETUP);
    const peer = await WsPeer.connect(url);
    const silent = await RawPeer.dial(port);
    await peer.request('subscribe', { events: ['*'] });
    await peer.next('tick');
    peer.send('ask');
    await peer.next('question');
    await alive?.();
    silent.socket.destroy();
    await app.close();
    await Promise.all([peer.closed, silent.closed]);
  }

  it('there is no timer of ours left, not even one that keeps nothing alive', async () => {
    const account = new TimerAccount().open();
    try {
      let meanwhile = 0;
      await live(async () => {
        meanwhile = (await account.alive()).length;
      });
      // Three senders, the heartbeat, a request, its handler and a connection that says nothing.
      expect(meanwhile).toBeGreaterThanOrEqual(7);
      await expect.poll(() => account.alive()).toEqual([]);
    } finally {
      account.close();
    }
  });

  it('there is no timer left of a handler that was still at work', async () => {
    const finish = deferred();
    @WebSocketGateway()
    class SlowGateway {
      @OnEvent('slow') slow(): Promise<void> {
        return finish.promise;
      }
    }
    const account = new TimerAccount().open();
    try {
      const { app, url } = await startApp({ providers: [SlowGateway] });
      const peer = await WsPeer.connect(url);
      peer.send('slow');
      await peer.barrier();
      await app.close();
      await peer.closed;
      await expect.poll(() => account.alive()).toEqual([]);
    } finally {
      account.close();
      finish.resolve();
    }
  });

  it('there is no handle left that was not there before', async () => {
    // The first life loads what is loaded once.
    await live();
    // Timers are looked at above; here the one of the poll itself would be counted.
    const others = new Set(['Immediate', 'FSReqPromise', 'Timeout']);
    const resources = (): string[] =>
      process
        .getActiveResourcesInfo()
        .filter((name) => !others.has(name))
        .toSorted();
    const before = resources();
    await live();
    await live();
    await expect.poll(() => resources().length).toBeLessThanOrEqual(before.length);
    await expect.poll(() => resources().filter((name) => name.startsWith('TCP'))).toEqual([]);
  });
});
