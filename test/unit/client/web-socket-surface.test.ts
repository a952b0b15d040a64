/* oxlint-disable unicorn/prefer-add-event-listener -- these properties are what is tested */
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  BounceClient,
  type ClientOptions,
  type SocketCloseEvent,
  type SocketMessageEvent,
} from '../../../lib/client/index.js';
import { BounceClient as NodeBounceClient } from '../../../lib/client/node.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { QUICK_RECONNECT } from './client-fixture.js';
import { EchoServer } from './echo-server.js';

describe('the WebSocket half of a client', () => {
  const server = EchoServer.forEachTest();
  const clients: BounceClient[] = [];
  expectNoUnhandledErrors();
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  const keep = <TClient extends BounceClient>(client: TClient): TClient => {
    clients.push(client);
    return client;
  };
  const open = (options: ClientOptions = {}) =>
    keep(
      new BounceClient(server.current.url, { WebSocket, reconnect: QUICK_RECONNECT, ...options }),
    );

  /** The next event of a type. */
  const next = <TType extends 'open' | 'message' | 'error' | 'close'>(
    client: BounceClient,
    type: TType,
  ) =>
    new Promise<Parameters<NonNullable<BounceClient[`on${TType}`]>>[0]>((resolve) => {
      client.addEventListener(type, resolve, { once: true });
    });

  /** The names of all events of a client from now on, with `readyState` at that time. */
  const logOf = (client: BounceClient): [type: string, readyState: number][] => {
    const log: [string, number][] = [];
    for (const type of ['open', 'message', 'error', 'close'] as const) {
      client.addEventListener(type, () => log.push([type, client.readyState]));
    }
    return log;
  };

  it('goes through the states of a WebSocket', async () => {
    const client = open();
    expect(client.readyState).toBe(BounceClient.CONNECTING);
    await next(client, 'open');
    expect(client.readyState).toBe(client.OPEN);
    const closed = next(client, 'close');
    client.close(3001, 'enough');
    expect(client.readyState).toBe(client.CLOSING);
    expect(await closed).toEqual({
      type: 'close',
      target: client,
      code: 3001,
      reason: 'enough',
      wasClean: true,
    });
    expect(client.readyState).toBe(BounceClient.CLOSED);
  });

  it('has the four constants on the class and on its objects', () => {
    const client = open({ autoConnect: false });
    for (const name of ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const) {
      expect([BounceClient[name], NodeBounceClient[name], client[name]]).toEqual(
        Array(3).fill(WebSocket[name]),
      );
    }
  });

  it('is CLOSED before connect() was called when autoConnect is off', () => {
    expect(open({ autoConnect: false }).readyState).toBe(BounceClient.CLOSED);
  });

  it('sends text and bytes, and receives every frame as it is', async () => {
    const client = open();
    const received: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      client.onmessage = ({ data }) => {
        received.push(data);
        if (received.length === 4) resolve();
      };
    });
    client.onopen = () => {
      client.sendRaw('text');
      client.sendRaw('');
      client.sendRaw(new Uint8Array([1, 2, 255]));
      client.sendRaw('{"event":"hello"}');
    };
    await done;
    const bytes = new Uint8Array([1, 2, 255]).buffer;
    expect(received).toEqual(['text', '', bytes, '{"event":"hello"}']);
  });

  it('hands over blobs where they are wanted', async () => {
    const client = open();
    client.binaryType = 'blob';
    client.sendRaw(new Uint8Array([7]));
    const { data } = await next(client, 'message');
    expect(data).toBeInstanceOf(Blob);
    expect(await (data as Blob).arrayBuffer()).toEqual(new Uint8Array([7]).buffer);
  });

  it('gives frames to onmessage, then to the listeners, then to the handlers of the event', async () => {
    const client = open();
    const calls: string[] = [];
    client.on('hello', () => calls.push('on'));
    client.addEventListener('message', () => calls.push('listener'));
    client.onmessage = () => calls.push('onmessage');
    client.emit('hello');
    await new Promise((resolve) => {
      client.on('hello', resolve);
    });
    expect(calls).toEqual(['onmessage', 'listener', 'on']);
  });

  it('does not complain about frames that are no messages when somebody takes them', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const client = open();
    client.sendRaw('no JSON');
    await next(client, 'message');
    expect(complain).not.toHaveBeenCalled();
    const report = new Promise((resolve) => {
      client.onError(resolve);
    });
    client.sendRaw('no JSON');
    expect(await report).toMatchObject({ code: 'bad_json' });
    expect(complain).not.toHaveBeenCalled();
    complain.mockRestore();
  });

  it('works by overriding its handlers', async () => {
    const calls: unknown[] = [];
    let done!: () => void;
    const closed = new Promise<void>((resolve) => {
      done = resolve;
    });
    class Log extends BounceClient {
      readonly messages: unknown[] = [];
      override onopen(): void {
        calls.push('open');
        this.sendRaw('hello');
      }
      override onmessage({ data }: SocketMessageEvent): void {
        this.messages.push(data);
        this.close();
      }
      override onerror(): void {
        calls.push('error');
      }
      override onclose({ code, wasClean }: SocketCloseEvent): void {
        calls.push(code, wasClean, this.messages);
        done();
      }
    }
    keep(new Log(server.current.url, { WebSocket }));
    await closed;
    expect(calls).toEqual(['open', 1000, true, ['hello']]);
  });

  it('calls overridden handlers only when its constructor is done, whatever fails', async () => {
    class NoWebSocket {
      constructor() {
        throw new SyntaxError('The URL is invalid');
      }
    }
    const order: string[] = [];
    class Log extends BounceClient {
      readonly messages: string[] = [];
      constructor(url: string, options: ClientOptions) {
        super(url, options);
        order.push('constructed');
      }
      override onerror({ message }: { message: string }): void {
        order.push(message);
      }
    }
    const options = { WebSocket: NoWebSocket as never, reconnect: false } as const;
    const client = keep(new Log(server.current.url, options));
    expect(await next(client, 'close')).toMatchObject({ code: 1006, wasClean: false });
    expect(order).toEqual(['constructed', 'SyntaxError: The URL is invalid']);
  });

  it('adds a listener once, calls it with the event, and removes it', async () => {
    const client = open();
    const listener = vi.fn();
    const once = vi.fn();
    client.addEventListener('message', listener);
    client.addEventListener('message', listener, { once: true });
    client.addEventListener('message', once, { once: true });
    for (const text of ['1', '2', '3']) {
      if (text === '3') client.removeEventListener('message', listener);
      client.sendRaw(text);
      await next(client, 'message');
    }
    const [first, second] = ['1', '2'].map((data) => ({ type: 'message', target: client, data }));
    expect(listener.mock.calls).toEqual([[first], [second]]);
    expect(once.mock.calls).toEqual([[first]]);
    client.removeEventListener('close', listener);
  });

  it('survives handlers that throw or reject, and reports what they did', async () => {
    const client = open();
    const errors: unknown[] = [];
    client.onError((error) => errors.push(error));
    client.onmessage = () => {
      throw new Error('thrown');
    };
    client.addEventListener('message', () => Promise.reject(new Error('rejected')));
    client.sendRaw('1');
    await next(client, 'message');
    client.sendRaw('2');
    await next(client, 'message');
    await new Promise(setImmediate);
    expect(errors).toEqual([
      new Error('thrown'),
      new Error('rejected'),
      new Error('thrown'),
      new Error('rejected'),
    ]);
  });

  it('lets a handler be taken away as a page does it', async () => {
    const client = open();
    const onmessage = vi.fn();
    client.onmessage = onmessage;
    Object.assign(client, { onmessage: null });
    client.sendRaw('1');
    await next(client, 'message');
    expect(onmessage).not.toHaveBeenCalled();
  });

  it('is CONNECTING while it comes back, and opens and closes once per connection', async () => {
    const client = open();
    await next(client, 'open');
    const log = logOf(client);
    for (let round = 0; round < 2; round++) {
      server.current.socket.terminate();
      expect(await next(client, 'close')).toMatchObject({ code: 1006, wasClean: false });
      await next(client, 'open');
    }
    const round = [
      ['close', BounceClient.CONNECTING],
      ['open', BounceClient.OPEN],
    ];
    expect(log).toEqual([...round, ...round]);
  });

  it('raises error and close for an attempt that fails, and is CLOSED when none follows', async () => {
    const { url } = server.current;
    await server.current.stop();
    const client = keep(new BounceClient(url, { WebSocket, reconnect: false }));
    const log = logOf(client);
    const error = next(client, 'error');
    await next(client, 'close');
    expect(log).toEqual([
      ['error', BounceClient.CLOSED],
      ['close', BounceClient.CLOSED],
    ]);
    expect((await error).message).toContain('ECONNREFUSED');
    (server as { current: EchoServer }).current = await EchoServer.listen();
  });

  it('says that it was closed even when there was nothing to close', async () => {
    const { port } = server.current;
    const client = open({ reconnect: { minDelayMs: 60_000 } });
    await next(client, 'open');
    await server.current.stop();
    await next(client, 'close');
    const closed = next(client, 'close');
    client.close(3000, 'not waiting');
    expect(await closed).toMatchObject({ code: 3000, reason: 'not waiting' });
    expect(client.readyState).toBe(BounceClient.CLOSED);
    (server as { current: EchoServer }).current = await EchoServer.listen(port);
  });

  it('closes an attempt that is under way like a WebSocket: with 1006', async () => {
    const atOnce = open();
    const underWay = open();
    // By now there is a WebSocket, and it has not even got a TCP connection.
    await Promise.resolve();
    await Promise.resolve();
    for (const client of [atOnce, underWay]) {
      const closed = next(client, 'close');
      client.close();
      expect(client.readyState).toBe(BounceClient.CLOSING);
      expect(await closed).toMatchObject({ code: 1006, wasClean: false });
      expect(client.readyState).toBe(BounceClient.CLOSED);
    }
  });

  it('tells the end of one connection before the begin of the next', async () => {
    const client = open();
    await next(client, 'open');
    const log = logOf(client);
    // The server does not read the close frame for now.
    server.current.socket.pause();
    client.close(3000, 'again');
    void client.connect();
    await next(client, 'open');
    expect(log).toEqual([
      ['close', BounceClient.CLOSED],
      ['open', BounceClient.OPEN],
    ]);
  });

  it('tells an end once, also when a listener opens the client again right away', async () => {
    const client = open();
    await next(client, 'open');
    const log = logOf(client);
    const stop = client.onStateChange(({ state }) => {
      stop();
      expect(state).toBe('closed');
      void client.connect();
    });
    client.close();
    await next(client, 'open');
    await new Promise(setImmediate);
    expect(log.map(([type]) => type)).toEqual(['close', 'open']);
  });

  it('delivers no frame once close() was called', async () => {
    const client = open();
    await next(client, 'open');
    const onmessage = vi.fn();
    client.onmessage = onmessage;
    client.sendRaw('echo me');
    client.close();
    await next(client, 'close');
    expect(onmessage).not.toHaveBeenCalled();
  });

  it('queues frames while it is not connected, in one line with everything else', async () => {
    const client = open({ autoConnect: false });
    const bytes = new Uint8Array([1, 2, 3]);
    client.sendRaw('first');
    client.emit('second');
    client.sendRaw(bytes);
    expect(client.bufferedAmount).toBeGreaterThan('first'.length + bytes.length);
    // What was sent is what it was then.
    bytes.fill(0);
    const received: unknown[] = [];
    client.onmessage = ({ data }) => received.push(data);
    void client.connect();
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(received).toEqual([
      'first',
      expect.stringMatching(/^\{"event":"second"/),
      new Uint8Array([1, 2, 3]).buffer,
    ]);
    expect(client.bufferedAmount).toBe(0);
  });

  it('refuses frames beyond the queue, and any once it is closed', () => {
    const client = open({ autoConnect: false, offlineQueue: { maxBytes: 10 } });
    client.sendRaw(new Uint8Array(10));
    expect(() => client.sendRaw('x')).toThrow(expect.objectContaining({ code: 'limit_exceeded' }));
    client.close();
    expect(() => client.sendRaw('x')).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });

  it('knows the subprotocol that the server chose', async () => {
    const client = open({ protocols: ['chat.v2', 'chat.v1'] });
    expect(client.protocol).toBe('');
    await next(client, 'open');
    expect(client.protocol).toBe('chat.v2');
  });

  it('leaves the promises alone: nobody has to wait for one', async () => {
    const client = open({ reconnect: false });
    client.onclose = () => undefined;
    void client.subscribe('clock');
    void client.authenticate('token');
    await next(client, 'open');
    client.close();
    await next(client, 'close');
    // The file's own check sees to it that nothing was left unhandled.
  });
});

describe('a frame that is larger than maxPayloadBytes', () => {
  const server = EchoServer.forEachTest();
  expectNoUnhandledErrors();

  const closeOf = (client: BounceClient) =>
    new Promise<SocketCloseEvent>((resolve) => {
      client.onclose = resolve;
    });

  it.each([
    ['text', 'x'.repeat(11)],
    ['text of more bytes than characters', '\u20ac'.repeat(4)],
    ['bytes', new Uint8Array(11)],
  ])('closes with 1009 for good: %s', async (_kind, frame) => {
    const client = new BounceClient(server.current.url, { WebSocket, maxPayloadBytes: 10 });
    const received = vi.fn();
    client.onmessage = received;
    client.sendRaw(frame);
    const onServer = new Promise<number>((resolve) => {
      client.onopen = () => server.current.socket.once('close', resolve);
    });
    expect(await closeOf(client)).toMatchObject({ code: 1009, reason: 'message too big' });
    expect(await onServer).toBe(1009);
    expect(client.state).toBe('closed');
    expect(received).not.toHaveBeenCalled();
  });

  it.each([
    ['text', '\u20ac'.repeat(3)],
    ['bytes', new Uint8Array(10)],
  ])('is none when it just fits: %s', async (_kind, frame) => {
    const client = new BounceClient(server.current.url, { WebSocket, maxPayloadBytes: 10 });
    client.sendRaw(frame);
    await new Promise((resolve) => {
      client.onmessage = resolve;
    });
    client.close();
  });

  it('is noticed with a WebSocket that has no limit of its own, and may not send 1009', async () => {
    // What a browser's WebSocket is like: no options, only its own codes.
    class BrowserLikeSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
      }

      override close(code?: number, reason?: string): void {
        if (code === 1009) throw new RangeError('A page may send 1000, or 3000 to 4999');
        super.close(code, reason);
      }
    }
    const client = new BounceClient(server.current.url, {
      WebSocket: BrowserLikeSocket,
      maxPayloadBytes: 10,
    });
    client.sendRaw(new Uint8Array(11));
    const onServer = new Promise<unknown[]>((resolve) => {
      client.onopen = () =>
        server.current.socket.once('close', (code, reason) => resolve([code, reason.toString()]));
    });
    expect(await closeOf(client)).toMatchObject({ code: 1009, reason: 'message too big' });
    expect(await onServer).toEqual([1000, 'message too big']);
  });
});
