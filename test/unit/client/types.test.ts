/* oxlint-disable unicorn/prefer-add-event-listener -- these properties have types too */
import { WebSocket as WsWebSocket } from 'ws';
import { describe, expectTypeOf, it } from 'vitest';
import { RoomRecovery } from 'bounce-ws/client/recovery';
import {
  BounceClient,
  type ClientOptions,
  type ErrorData,
  type SocketCloseEvent,
  type SocketMessageEvent,
  type Unsubscribe,
  type WebSocketConstructor,
} from '../../../lib/client/index.js';

interface ServerEvents {
  announce: { text: string; channel: string };
  tick: number;
  question: (data: { text: string }) => string;
}

interface ClientEvents {
  say: { text: string };
  leave: undefined;
  filter: { tag?: string };
  add: (data: { a: number; b: number }) => number;
  rooms: () => Promise<string[]>;
}

type Typed = BounceClient<ServerEvents, ClientEvents>;

// Never called: what counts is that it compiles, and that the marked lines do not.
export function typedClient(client: Typed): void {
  client.on('announce', ({ text, channel }) => text + channel);
  client.once('tick', (n) => n.toFixed());
  client.off('tick');
  client.on('error', ({ code, details }) => [code, details]);
  client.on('disconnect', ({ code, reason }) => [code, reason]);
  client.on('recovery', ({ room, epoch, offset, recovered }) => [room, epoch, offset, recovered]);
  client.on('announce', (_data, { room, offset }) => [room?.length, offset?.toFixed()]);
  client.handle('question', ({ text }) => text);
  client.handle('question', ({ text }) => Promise.resolve(text));
  client.emit('say', { text: 'hello' });
  client.emit('leave');
  client.emit('filter');
  client.emit('filter', { tag: 'news' });
  void client.request('add', { a: 1, b: 2 }, { timeoutMs: 100 });
  void client.subscribe('tick', '*');
  // @ts-expect-error -- no such event
  client.on('anounce', () => undefined);
  // @ts-expect-error -- the data has no such field
  client.on('announce', ({ txt }) => txt);
  // @ts-expect-error -- the data is a number
  client.on('tick', (n: string) => n);
  // @ts-expect-error -- where the room stands has no such field
  client.on('recovery', ({ rooms }) => rooms);
  // @ts-expect-error -- the answer must be a string
  client.handle('question', () => 7);
  // @ts-expect-error -- the client has no such event
  client.emit('announce', { text: 'hello', channel: 'general' });
  // @ts-expect-error -- the data is missing
  client.emit('say');
  // @ts-expect-error -- the data is wrong
  client.emit('say', { text: 7 });
  // @ts-expect-error -- a field is missing
  void client.request('add', { a: 1 });
  // @ts-expect-error -- no such event
  void client.subscribe('tock');
}

export function webSocketHalf(client: Typed): void {
  client.onopen = () => client.sendRaw('hello');
  client.onmessage = ({ data }) => (typeof data === 'string' ? data.length : data);
  client.onclose = ({ code, reason, wasClean }) => [code.toFixed(), reason.length, wasClean];
  client.addEventListener('error', ({ message }) => message.length, { once: true });
  client.sendRaw(new Uint8Array(1));
  client.sendRaw(new Uint8Array(new SharedArrayBuffer(1)));
  const state: 0 | 1 | 2 | 3 = client.readyState;
  if (state === client.OPEN) client.binaryType = 'blob';
  // @ts-expect-error -- numbers are no frames
  client.sendRaw(7);
  // @ts-expect-error -- no such event
  client.addEventListener('mesage', () => undefined);
  // @ts-expect-error -- a message has no code
  client.onmessage = ({ code }) => code;
  // @ts-expect-error -- Node's buffers are not for pages
  client.binaryType = 'nodebuffer';
}

export class Overriding extends BounceClient<{ tick: number }> {
  override onopen(): void {
    this.on('tick', (n) => n.toFixed());
  }
  override onmessage = ({ data }: SocketMessageEvent): unknown => data;
  override onclose({ code, reason }: SocketCloseEvent): string {
    return `${code} ${reason}`;
  }
  // @ts-expect-error -- an error event has no code
  override onerror({ code }: { code: number }): number {
    return code;
  }
}

export function untypedClient(client: BounceClient): void {
  client.on('anything', (data) => expectTypeOf(data).toBeUnknown());
  client.on('welcome', ({ id }: { id: string }) => id);
  client.handle('question', ({ text }: { text: string }) => text.length);
  client.emit('anything');
  client.emit('anything', { at: 'all' });
  void client.subscribe('clock');
}

export const RECOVERY_OPTIONS: ClientOptions[] = [
  { recovery: new RoomRecovery() },
  { recovery: new RoomRecovery({ limit: 20 }) },
  // @ts-expect-error -- it is an object of its own
  { recovery: true },
  // @ts-expect-error -- there is no such option
  { recovery: new RoomRecovery({ size: 20 }) },
];

describe('the types of a client', () => {
  it('give a request the answer of its event', () => {
    expectTypeOf<Typed['request']>().toBeCallableWith('add', { a: 1, b: 2 });
    const request = (client: Typed) => client.request('add', { a: 1, b: 2 });
    expectTypeOf(request).returns.resolves.toBeNumber();
    const rooms = (client: Typed) => client.request('rooms');
    expectTypeOf(rooms).returns.resolves.toEqualTypeOf<string[]>();
    const unknown = (client: BounceClient) => client.request('anything', { at: 'all' });
    expectTypeOf(unknown).returns.resolves.toBeUnknown();
  });

  it('give a stream the items of its event', () => {
    const stream = (client: Typed) => client.stream('add', { a: 1, b: 2 });
    expectTypeOf(stream).returns.toExtend<AsyncIterable<number>>();
  });

  it('give back a function that takes a handler back', () => {
    expectTypeOf<Typed['on']>().returns.toEqualTypeOf<Unsubscribe>();
  });

  it('know the data of errors', () => {
    const listen = (client: Typed) =>
      client.on('error', (data) => expectTypeOf(data).toEqualTypeOf<ErrorData>());
    expectTypeOf(listen).toBeFunction();
  });

  it('accept the WebSocket of browsers and that of ws', () => {
    expectTypeOf<typeof WebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<typeof WsWebSocket>().toExtend<WebSocketConstructor>();
  });
});
