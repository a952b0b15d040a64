// Not run: `npm run typecheck` compiles it. What stands here must compile, except the line behind each @ts-expect-error.
import { ParseIntPipe, type PipeTransform, UseGuards } from '@nestjs/common';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import {
  AbstractHandler,
  type BounceSocket,
  BounceWsError,
  Client,
  type EventMiddleware,
  type EventRouter,
  type MessageContext,
  OnEvent,
  type OnEventOptions,
  OnWsEvent,
  Payload,
  type Route,
} from 'bounce-ws';

const order = z.object({ sku: z.string() });

class UpperPipe implements PipeTransform<string, string> {
  transform(value: string) {
    return value.toUpperCase();
  }
}

interface State {
  nickname?: string;
}

export class Decorated {
  @OnEvent('one')
  one(_client: BounceSocket, text: string, channel = 'general') {
    return text + channel;
  }

  @OnEvent(['two', 'three'], { staleMessages: 'handle' })
  async two(client: BounceSocket<State>) {
    await Promise.resolve();
    return client.state.nickname;
  }

  @OnWsEvent('alias')
  alias() {}

  @UseGuards()
  @OnEvent('payloads')
  payloads(
    @Client() _client: BounceSocket,
    @Payload() _whole: unknown,
    @Payload('key') _key: string,
    @Payload(ParseIntPipe) _piped: number,
    @Payload('key', ParseIntPipe, new UpperPipe()) _pipes: number,
    @Payload({ schema: order }) _checked: z.infer<typeof order>,
    @Payload('key', { schema: order }) _checkedKey: z.infer<typeof order>,
  ) {}

  @OnEvent('wrong-payloads')
  wrongPayloads(
    // @ts-expect-error -- a key is text
    @Payload(7) _number: unknown,
    // @ts-expect-error -- options without a schema
    @Payload({}) _empty: unknown,
    // @ts-expect-error -- no Standard Schema
    @Payload({ schema: { parse: () => 1 } }) _schema: unknown,
    // @ts-expect-error -- one key only
    @Payload('a', 'b') _keys: unknown,
    // @ts-expect-error -- no pipe
    @Payload('a', Date) _pipe: unknown,
    // @ts-expect-error -- takes nothing
    @Client('a') _client: unknown,
  ) {}

  // @ts-expect-error -- an event has a name
  @OnEvent()
  nameless() {}

  // @ts-expect-error -- a name is text
  @OnEvent({ cmd: 'say' })
  pattern() {}

  // @ts-expect-error -- 'drop' or 'handle'
  @OnEvent('stale', { staleMessages: 'ignore' })
  stale() {}

  // @ts-expect-error -- decorates methods
  @OnEvent('field')
  field = 1;

  // @ts-expect-error -- decorates parameters
  @Payload()
  method() {}
}

// @ts-expect-error -- decorates methods
@OnEvent('class')
export class WronglyDecorated {}

export const options: OnEventOptions = { staleMessages: 'drop' };

export function socket(client: BounceSocket<State>, plain: BounceSocket): void {
  expectTypeOf(client.state).toEqualTypeOf<State>();
  expectTypeOf(client.id).toBeString();
  expectTypeOf(client.user).toBeUnknown();
  expectTypeOf(client.rooms).toEqualTypeOf<ReadonlySet<string>>();
  expectTypeOf(client.closed).toBeBoolean();
  expectTypeOf(client.request('event')).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(client.join('room')).toEqualTypeOf<Promise<void>>();
  expectTypeOf(plain.state).toEqualTypeOf<Record<string, unknown>>();
  client.emit('event');
  client.emit('event', { any: 'thing' });
  client.broadcast('event', 1, { to: ['a', 'b'], skipSelf: false });
  client.close(4000, 'reason');
  // @ts-expect-error -- the state has no such note
  client.state.age = 7;
  // @ts-expect-error -- an id does not change
  client.id = 'other';
  // @ts-expect-error -- rooms are joined, not added
  client.rooms.add('room');
  // @ts-expect-error -- an event is text
  client.emit(7);
  // @ts-expect-error -- a socket is closed or not
  client.closed = true;
  // @ts-expect-error -- a state is an object
  expectTypeOf<BounceSocket<string>>();
}

export const middleware: EventMiddleware[] = [
  (context, next) => {
    expectTypeOf(context).toEqualTypeOf<MessageContext>();
    expectTypeOf(context.client).toEqualTypeOf<BounceSocket>();
    expectTypeOf(context.event).toBeString();
    expectTypeOf(context.data).toBeUnknown();
    expectTypeOf(context.id).toEqualTypeOf<string | number | undefined>();
    context.data = { replaced: true };
    // @ts-expect-error -- the event decides about the handler and stays
    context.event = 'other';
    // @ts-expect-error -- an answer goes to who asked
    context.id = 7;
    return next();
  },
  async (_context, next) => {
    await next();
  },
  () => 'instead',
];

export class PrefixRouter implements EventRouter {
  route({ event }: MessageContext, routes: ReadonlyMap<string, Route>) {
    return routes.get(event.split('.')[0]!);
  }
}

export class LateRouter implements EventRouter {
  // @ts-expect-error -- a router must not wait
  async route(_context: MessageContext, routes: ReadonlyMap<string, Route>) {
    await Promise.resolve();
    return routes.get('a');
  }
}

export class ChangingRouter implements EventRouter {
  route(_context: MessageContext, routes: ReadonlyMap<string, Route>) {
    // @ts-expect-error -- the routes are settled at boot
    routes.delete('a');
    return routes.get('a');
  }
}

export class SayHandler extends AbstractHandler<{ text: string }> {
  readonly event = 'say';

  handle(_client: BounceSocket, { text }: { text: string }) {
    return text;
  }
}

// @ts-expect-error -- it handles an event
export class EventlessHandler extends AbstractHandler {
  handle() {}
}

// @ts-expect-error -- it handles it somehow
export class IdleHandler extends AbstractHandler {
  readonly event = 'idle';
}

export class MistypedHandler extends AbstractHandler<{ text: string }> {
  readonly event = 'say';

  // @ts-expect-error -- the payload is another
  handle(_client: BounceSocket, { n }: { n: number }) {
    return n;
  }
}

export const errors = [
  new BounceWsError('forbidden'),
  new BounceWsError('forbidden', 'for the log', { details: { room: 'tea' }, cause: 1 }),
  // @ts-expect-error -- no code of the protocol
  new BounceWsError('teapot'),
];
