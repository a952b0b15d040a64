import { Injectable } from '@nestjs/common';
import { WebSocketGateway, WsException } from '@nestjs/websockets';
import {
  BounceSocket,
  BounceWsError,
  ConnectionRegistry,
  type ErrorCode,
  OnEvent,
  RoomService,
} from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { frame } from '../../conformance/support/frames.js';
import { deferred } from '../../support/deferred.js';
import { RawPeer } from '../../support/raw-peer.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

const NUMBERS = Array.from({ length: 150 }, (_, n) => n);

/** How a connect hook may take its time. */
const PACES: Readonly<Record<string, () => unknown>> = {
  synchronous: () => undefined,
  'asynchronous for a microtask': () => Promise.resolve(),
  'asynchronous for a turn of the event loop': () => new Promise(setImmediate),
  'slow (100 ms)': () => new Promise((resolve) => setTimeout(resolve, 100)),
};

abstract class NoteGateway {
  readonly log: string[] = [];

  @OnEvent('note') note(client: BounceSocket, n: number): void {
    this.log.push(`${n}`);
    if (n === NUMBERS.length - 1) client.emit('done');
  }
}

describe.each(Object.entries(PACES))('with a connect hook that is %s', (_name, pace) => {
  @WebSocketGateway()
  class PacedGateway extends NoteGateway {
    @OnEvent('connect') async greet(client: BounceSocket): Promise<void> {
      this.log.push('connecting');
      await pace();
      this.log.push('connected');
      client.emit('welcome');
    }
  }

  @WebSocketGateway()
  class PacedNestGateway extends NoteGateway {
    // Synchronous as long as the pace is.
    handleConnection(): unknown {
      this.log.push('connecting');
      const done = pace();
      if (!(done instanceof Promise)) return void this.log.push('connected');
      return done.then(() => this.log.push('connected'));
    }
  }

  it.each([PacedGateway, PacedNestGateway])(
    'the 150 messages a client sends at once are handled after it, all of them and in order (%o)',
    async (Gateway) => {
      const { app, url } = await start({ providers: [Gateway] });
      const peer = await WsPeer.connect(url);
      for (const n of NUMBERS) peer.send('note', { n });
      await peer.next('done');
      expect(app.get<NoteGateway>(Gateway).log).toEqual([
        'connecting',
        'connected',
        ...NUMBERS.map(String),
      ]);
    },
  );

  it('and so are those that come in one packet with the handshake', async () => {
    const { app, port } = await start({ providers: [PacedGateway] });
    const raw = await RawPeer.dial(port);
    const frames = NUMBERS.map((n) =>
      frame({ payload: JSON.stringify({ event: 'note', data: { n } }) }),
    );
    raw.socket.cork();
    raw.sendUpgrade();
    raw.socket.write(Buffer.concat(frames));
    raw.socket.uncork();
    const { log } = app.get(PacedGateway);
    await expect.poll(() => log.length).toBe(NUMBERS.length + 2);
    expect(log).toEqual(['connecting', 'connected', ...NUMBERS.map(String)]);
    raw.socket.destroy();
  });
});

describe('connect hooks', () => {
  it('of several gateways run one after another, and all of them before the first message', async () => {
    const log: string[] = [];
    @WebSocketGateway()
    class FirstGateway {
      @OnEvent('connect') async first(): Promise<void> {
        log.push('first begins');
        await new Promise(setImmediate);
        log.push('first ends');
      }
      @OnEvent('note') note(): string {
        log.push('message');
        return 'done';
      }
    }
    @WebSocketGateway()
    class SecondGateway {
      @OnEvent('connect') async second(): Promise<void> {
        log.push('second begins');
        await new Promise(setImmediate);
        log.push('second ends');
      }
    }
    const { url } = await start({ providers: [FirstGateway, SecondGateway] });
    const peer = await WsPeer.connect(url);
    await peer.request('note');
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends', 'message']);
  });

  it('can emit, join rooms and write the state before anything is handled', async () => {
    @WebSocketGateway()
    class SetupGateway {
      constructor(private readonly rooms: RoomService) {}
      @OnEvent('connect') async setUp(client: BounceSocket): Promise<void> {
        await this.rooms.join(client, 'lobby');
        client.state['name'] = 'Alice';
        client.emit('ready');
      }
      @OnEvent('who') who(client: BounceSocket) {
        return [client.state['name'], ...client.rooms];
      }
    }
    const { url } = await start({ providers: [SetupGateway] });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('who')).data).toEqual(['Alice', 'lobby']);
    expect((await peer.next()).event).toBe('ready');
  });

  it('of one client hold up no other', async () => {
    const gate = deferred();
    let first = true;
    @WebSocketGateway()
    class GateGateway {
      @OnEvent('connect') async hold(): Promise<void> {
        if (!first) return;
        first = false;
        await gate.promise;
      }
      @OnEvent('greet') greet(): string {
        return 'hi';
      }
    }
    const { url } = await start({ providers: [GateGateway] });
    const held = await WsPeer.connect(url);
    const answer = held.request('greet');
    const free = await WsPeer.connect(url);
    expect((await free.request('greet')).data).toBe('hi');
    gate.resolve();
    expect((await answer).data).toBe('hi');
  });

  it('that close the connection themselves end it with their code, and nothing is handled', async () => {
    const handled: unknown[] = [];
    @WebSocketGateway()
    class DoorGateway {
      @OnEvent('connect') async shut(client: BounceSocket): Promise<void> {
        await Promise.resolve();
        client.close(4001, 'not today');
      }
      @OnEvent('note') note(): void {
        handled.push('note');
      }
    }
    const { app, url } = await start({ providers: [DoorGateway] });
    const peer = await WsPeer.connect(url);
    peer.send('note');
    expect(await peer.closed).toEqual({ code: 4001, reason: 'not today' });
    expect(handled).toEqual([]);
    expect(app.get(ConnectionRegistry).size).toBe(0);
  });

  it('are followed by the disconnect hook when the client goes meanwhile', async () => {
    const gate = deferred();
    const log: string[] = [];
    @WebSocketGateway()
    class LogGateway {
      @OnEvent('connect') async enter(): Promise<void> {
        log.push('entering');
        await gate.promise;
        log.push('entered');
      }
      @OnEvent('disconnect') leave(): void {
        log.push('left');
      }
    }
    const { app, url } = await start({ providers: [LogGateway] });
    const peer = await WsPeer.connect(url);
    await expect.poll(() => log).toEqual(['entering']);
    const other = await WsPeer.connect(url);
    peer.socket.terminate();
    await peer.closed;
    gate.resolve();
    await expect.poll(() => log.at(-1)).toBe('left');
    expect(log.filter((line) => line === 'left')).toHaveLength(1);
    await other.barrier();
    expect(app.get(ConnectionRegistry).size).toBe(1);
  });
});

interface Failure {
  readonly name: string;
  readonly fail: () => unknown;
  readonly code: number;
  readonly error: ErrorCode;
}

const FAILURES: readonly Failure[] = [
  {
    name: 'throws an Error',
    fail: () => {
      throw new Error('secret');
    },
    code: 1011,
    error: 'internal_error',
  },
  {
    name: 'rejects with an Error',
    fail: () => Promise.reject(new Error('secret')),
    code: 1011,
    error: 'internal_error',
  },
  {
    name: 'throws null',
    fail: () => {
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- the subject of the test
      throw null;
    },
    code: 1011,
    error: 'internal_error',
  },
  {
    name: 'throws a BounceWsError forbidden',
    fail: () => {
      throw new BounceWsError('forbidden', 'secret');
    },
    code: 4403,
    error: 'forbidden',
  },
  {
    name: 'rejects with a BounceWsError unauthenticated',
    fail: () => Promise.reject(new BounceWsError('unauthenticated', 'secret')),
    code: 4401,
    error: 'unauthenticated',
  },
  {
    name: 'rejects with a BounceWsError unavailable',
    fail: () => Promise.reject(new BounceWsError('unavailable')),
    code: 1013,
    error: 'unavailable',
  },
  {
    name: 'throws a WsException',
    fail: () => {
      throw new WsException('no');
    },
    code: 1011,
    error: 'internal_error',
  },
  {
    name: 'never settles',
    fail: () => new Promise(() => undefined),
    code: 4408,
    error: 'timeout',
  },
];

describe.each(FAILURES)('a connect hook that $name', ({ fail, code, error }) => {
  @Injectable()
  class Log {
    readonly handled: string[] = [];
  }

  @WebSocketGateway()
  class PickyGateway {
    constructor(private readonly log: Log) {}
    @OnEvent('connect') check(client: BounceSocket): unknown {
      return client.handshake.query.has('bad') ? fail() : undefined;
    }
    @OnEvent('note') note(_client: BounceSocket, text: string): string {
      this.log.handled.push(text);
      return text;
    }
  }

  @WebSocketGateway()
  class PickyNestGateway {
    constructor(private readonly log: Log) {}
    handleConnection(client: BounceSocket): unknown {
      return client.handshake.query.has('bad') ? fail() : undefined;
    }
    @OnEvent('note') note(_client: BounceSocket, text: string): string {
      this.log.handled.push(text);
      return text;
    }
  }

  it.each([PickyGateway, PickyNestGateway])(
    `closes that client with ${code}, handles none of its messages and harms nobody (%o)`,
    async (Gateway) => {
      const started = await start({
        providers: [Log, Gateway],
        options: { handlerTimeoutMs: 100 },
      });
      const { peer: good } = await connectBoth(started);
      const bad = await WsPeer.connect(`${started.url}/?bad`);
      bad.send('note', { text: 'bad' });
      const { data, id } = await bad.next('error');
      expect(data).toMatchObject({ code: error, event: 'connect' });
      expect(id).toBeUndefined();
      expect(JSON.stringify(data)).not.toContain('secret');
      const closed = await bad.closed;
      expect(closed.code).toBe(code);
      expect(closed.reason).not.toContain('secret');
      expect((await good.request('note', { text: 'good' })).data).toBe('good');
      expect((await connectBoth(started)).peer.subprotocol).toBe('');
      expect(started.app.get(Log).handled).toEqual(['good']);
      expect(started.app.get(ConnectionRegistry).size).toBe(2);
    },
  );
});

describe('a failing disconnect hook', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('bye failed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bye failed'))],
  ])('that %s is logged, and the other hooks run', async (_name, fail) => {
    const log: string[] = [];
    @WebSocketGateway()
    class BadGateway {
      @OnEvent('disconnect') bye(): unknown {
        return fail();
      }
    }
    @WebSocketGateway()
    class GoodGateway {
      handleDisconnect(): void {
        log.push('bye');
      }
    }
    const started = await start({ providers: [BadGateway, GoodGateway] });
    const peer = await WsPeer.connect(started.url);
    await peer.close();
    await expect.poll(() => log).toEqual(['bye']);
    expect(started.log.errors.join()).toContain('bye failed');
    await (await WsPeer.connect(started.url)).barrier();
  });

  it('gets the client, the code and the reason', async () => {
    const seen: unknown[] = [];
    @WebSocketGateway()
    class ByeGateway {
      @OnEvent('disconnect') bye(client: BounceSocket, code: number, reason: string): void {
        seen.push(client.id, code, reason);
      }
    }
    const { peer, socket } = await connectBoth(await start({ providers: [ByeGateway] }));
    await peer.close(4321, 'enough');
    await expect.poll(() => seen).toEqual([socket.id, 4321, 'enough']);
  });
});
