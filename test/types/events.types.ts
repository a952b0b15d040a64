// Not run: `npm run typecheck` compiles it. What stands here must compile, except the line behind each @ts-expect-error.
import type { INestApplication } from '@nestjs/common';
import { expectTypeOf } from 'vitest';
import {
  BounceSocket,
  BroadcastService,
  type BroadcastTarget,
  OnEvent,
  RoomService,
} from 'bounce-ws';
import { BounceClient } from 'bounce-ws/client';
import { SyncBounceClient } from '../../lib/sync-client/index.js';

/** What the server sends: written once, for both sides. */
interface Events {
  announce: { text: string; channel: string };
  tick: number;
  left: undefined;
  filtered: { tag?: string };
  question: (data: { text: string }) => string;
}

/** What the client sends. */
interface ClientEvents {
  say: { text: string };
  add: (data: { a: number; b: number }) => number;
}

interface State {
  nickname?: string;
}

type Socket = BounceSocket<State, Events>;

export class TypedGateway {
  constructor(
    private readonly broadcast: BroadcastService<Events>,
    private readonly rooms: RoomService,
  ) {}

  @OnEvent('say')
  async say(client: Socket, text: string) {
    client.emit('announce', { text, channel: 'general' });
    client.emit('tick', 1);
    client.emit('left');
    client.emit('filtered');
    client.emit('filtered', { tag: 'news' });
    client.broadcast('announce', { text, channel: 'general' }, { to: 'general' });
    client.broadcast('left', undefined, { skipSelf: false });
    const answer = client.request('question', { text }, { timeoutMs: 100 });
    expectTypeOf(answer).resolves.toBeString();
    expectTypeOf(client.state.nickname).toEqualTypeOf<string | undefined>();

    this.broadcast.toAll().emit('tick', 2);
    this.broadcast.to('general').except(client).volatile().emit('announce', { text, channel: 'a' });
    this.broadcast.toSubscribers('tick').local().emit('tick', 3);
    expectTypeOf(this.broadcast.toAll()).toEqualTypeOf<BroadcastTarget<Events>>();
    // Whoever passes a socket on does not care what may be sent to it.
    await this.rooms.join(client, 'general');

    // @ts-expect-error -- no such event
    client.emit('anounce', { text, channel: 'general' });
    // @ts-expect-error -- a field is missing
    client.emit('announce', { text });
    // @ts-expect-error -- the data is missing
    client.emit('announce');
    // @ts-expect-error -- the data is a number
    client.emit('tick', 'now');
    // @ts-expect-error -- no such event
    void client.request('say', { text });
    // @ts-expect-error -- the question has a text
    void client.request('question', { txt: text });
    // @ts-expect-error -- a field is wrong
    client.broadcast('announce', { text, channel: 7 });
    // @ts-expect-error -- an option is wrong
    client.broadcast('tick', 1, { room: 'general' });
    // @ts-expect-error -- no such event
    this.broadcast.toAll().emit('tock', 1);
    // @ts-expect-error -- a field is missing, however the target was made
    this.broadcast.to('general').except(client).local().volatile().emit('announce', { text });
    // @ts-expect-error -- no such event
    this.broadcast.toSubscribers('tock');
  }
}

/** The same interface types the clients. */
export function clients(): void {
  const client = new BounceClient<Events, ClientEvents>('ws://localhost/');
  client.on('announce', ({ text, channel }) => text + channel);
  client.handle('question', ({ text }) => text);
  client.emit('say', { text: 'hello' });
  expectTypeOf(client.request('add', { a: 1, b: 2 })).resolves.toBeNumber();
  // @ts-expect-error -- the server's event, not the client's
  client.emit('announce', { text: 'hello', channel: 'general' });
  // @ts-expect-error -- the client's event, not the server's
  client.on('say', () => undefined);

  const sync = new SyncBounceClient<Events, ClientEvents>('ws://localhost/');
  expectTypeOf(sync.request('add', { a: 1, b: 2 })).toBeNumber();
  // @ts-expect-error -- the answer must be a string
  sync.handle('question', () => 7);
}

/** Without an interface everything stays allowed. */
export class UntypedGateway {
  constructor(
    private readonly app: INestApplication,
    private readonly broadcast: BroadcastService,
  ) {}

  @OnEvent('say')
  say(client: BounceSocket, stateful: BounceSocket<State>, any: BounceSocket<object>) {
    client.emit('anything');
    client.emit('anything', { at: ['all'] });
    stateful.emit('anything', null);
    any.emit('anything', 7);
    client.broadcast('anything', 7, { to: ['a', 'b'] });
    expectTypeOf(client.request('anything')).resolves.toBeUnknown();
    this.broadcast.to('a', 'b').emit('anything');
    this.broadcast.toSubscribers('anything').emit('anything', { at: ['all'] });
    const found = this.app.get(BroadcastService);
    found.toAll().emit('anything');
    found.toAll().emit('anything', { at: ['all'] });
    client.emit(client.id, client.id);
    // @ts-expect-error -- a name is a string
    client.emit(7);
    // @ts-expect-error -- a number is no name
    this.broadcast.toAll().emit(7);
  }

  /** What is typed and what is not go together. */
  mixed(typed: Socket, typedBroadcast: BroadcastService<Events>, untyped: BounceSocket<State>) {
    expectTypeOf(typed).toExtend<BounceSocket<object>>();
    expectTypeOf(untyped).toExtend<Socket>();
    expectTypeOf(typedBroadcast).toExtend<BroadcastService>();
    this.broadcast.toAll().except(typed).emit('anything');
    typedBroadcast.toAll().except(untyped).emit('tick', 1);
  }
}
