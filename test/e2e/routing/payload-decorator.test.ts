import {
  type ArgumentMetadata,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  ParseBoolPipe,
  ParseIntPipe,
  type PipeTransform,
} from '@nestjs/common';
import { ConnectedSocket, MessageBody, WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, Client, OnEvent, Payload } from 'bounce-ws';
import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { connectBoth, useApps } from '../../support/use-apps.js';

/** The user that the test put on the socket, or one of its properties. */
const CurrentUser = createParamDecorator((property: string | undefined, ctx: ExecutionContext) => {
  const { user } = ctx.switchToWs().getClient<BounceSocket>();
  const record = user as Record<string, unknown> | null;
  return property === undefined ? record : record?.[property];
});

const Meta = createParamDecorator((_data: unknown, ctx: ExecutionContext) => ({
  type: ctx.getType(),
  handler: ctx.getHandler().name,
  class: ctx.getClass().name,
  pattern: ctx.switchToWs().getPattern(),
  data: ctx.switchToWs().getData<unknown>(),
}));

@Injectable()
class Dictionary {
  translate(text: string) {
    return `<${text}>`;
  }
}

@Injectable()
class TranslatePipe implements PipeTransform<string> {
  constructor(private readonly dictionary: Dictionary) {}

  transform(value: string) {
    return this.dictionary.translate(value);
  }
}

/** The app's own user, whose rules are for forms, not for what the server put on a socket. */
class UserEntity {
  @IsString()
  password?: string;

  constructor(readonly name: string) {}
}

class RecordingPipe implements PipeTransform {
  readonly seen: ArgumentMetadata[] = [];

  transform(value: unknown, metadata: ArgumentMetadata) {
    this.seen.push(metadata);
    return value;
  }
}

const recording = new RecordingPipe();

@WebSocketGateway()
class DecoratedGateway {
  @OnEvent('whole')
  whole(client: BounceSocket, @Payload() payload: unknown) {
    return { client: client.id, payload };
  }

  @OnEvent('picked')
  picked(_client: BounceSocket, @Payload('user-name') name: string, age: number) {
    return { name, age };
  }

  @OnEvent('picked-default')
  pickedDefault(_client: BounceSocket, @Payload('page-size') size = 10) {
    return size;
  }

  @OnEvent('piped')
  piped(_client: BounceSocket, @Payload('x', ParseIntPipe) x: number) {
    return { x };
  }

  @OnEvent('pipes')
  pipes(
    _client: BounceSocket,
    @Payload('on', new ParseBoolPipe({ optional: true })) on: boolean | undefined,
    @Payload('text', TranslatePipe, TranslatePipe) text: string,
  ) {
    return { on: on ?? 'not given', text };
  }

  @OnEvent('whole-piped')
  wholePiped(_client: BounceSocket, @Payload(ParseIntPipe) n: number) {
    return n;
  }

  @OnEvent('metadata')
  metadata(
    _client: BounceSocket,
    @Payload(recording) _whole: Dictionary,
    @Payload('x', recording) _x: number,
  ) {
    return 'done';
  }

  @OnEvent('client-last')
  clientLast(@Payload('text') text: string, @Client() client: BounceSocket) {
    return { text, client: client.id };
  }

  @OnEvent('client-first')
  clientFirst(@Client() client: BounceSocket, text: string, times = 1) {
    return { text: text.repeat(times), client: client.id };
  }

  @OnEvent('client-named')
  clientNamed(text: string, @Client() client: BounceSocket) {
    return { text, client: client.id };
  }

  @OnEvent('native')
  native(
    @MessageBody('text') text: string,
    @ConnectedSocket() client: BounceSocket,
    @MessageBody() whole: unknown,
  ) {
    return { text, client: client.id, whole };
  }

  @OnEvent('native-piped')
  nativePiped(@MessageBody('x', ParseIntPipe) x: number) {
    return x;
  }

  @OnEvent('taken-apart')
  takenApart(_client: BounceSocket, @Payload() { a, b }: { a: number; b: number }) {
    return a + b;
  }

  @OnEvent('user')
  user(
    _client: BounceSocket,
    @CurrentUser() user: unknown,
    @CurrentUser('age', ParseIntPipe) age: number,
    text: string,
  ) {
    return { user, age, text };
  }

  @OnEvent('typed-entity')
  typedEntity(
    _client: BounceSocket,
    @CurrentUser() user: UserEntity,
    @CurrentUser('age') a: string,
  ) {
    return { user: user === null ? 'nobody' : user.name, age: a };
  }

  @OnEvent('context')
  context(@Meta() meta: unknown) {
    return meta;
  }
}

const start = useApps();

async function connect() {
  return connectBoth(await start({ providers: [DecoratedGateway, Dictionary] }));
}

describe('@Payload()', () => {
  it('gives the whole payload, whatever it is', async () => {
    const { peer, socket } = await connect();
    for (const payload of [null, 0, 'text', [1, [2]], { a: { b: 1 } }]) {
      expect((await peer.request('whole', payload)).data).toEqual({ client: socket.id, payload });
    }
    expect((await peer.request('whole')).data).toEqual({ client: socket.id, payload: {} });
  });

  it('lets the handler take it apart', async () => {
    const { peer } = await connect();
    expect((await peer.request('taken-apart', { a: 1, b: 2 })).data).toBe(3);
  });

  it('with a pipe gives what the pipe makes of it', async () => {
    const { peer } = await connect();
    expect((await peer.request('whole-piped', '12')).data).toBe(12);
    expect((await peer.request('whole-piped', 'twelve')).data).toMatchObject({
      code: 'invalid_payload',
      event: 'whole-piped',
    });
  });
});

describe('@Payload("name")', () => {
  it('gives the key of that name, beside parameters that go by theirs', async () => {
    const { peer } = await connect();
    expect((await peer.request('picked', { 'user-name': 'ann', age: 30 })).data).toEqual({
      name: 'ann',
      age: 30,
    });
  });

  it('names the key, not the parameter, that is missing or has the wrong type', async () => {
    const { peer } = await connect();
    expect((await peer.request('picked', { name: 'ann' })).data).toMatchObject({
      code: 'invalid_payload',
      details: { fields: [{ field: 'user-name' }, { field: 'age' }] },
    });
    expect((await peer.request('picked', { 'user-name': 1, age: 2 })).data).toMatchObject({
      code: 'invalid_payload',
      details: { fields: [{ field: 'user-name', reason: 'must be a string' }] },
    });
  });

  it('leaves a default in its place', async () => {
    const { peer } = await connect();
    expect((await peer.request('picked-default')).data).toBe(10);
    expect((await peer.request('picked-default', { 'page-size': 5 })).data).toBe(5);
  });
});

describe('@Payload("name", Pipe)', () => {
  it('gives what the pipe makes of the value', async () => {
    const { peer } = await connect();
    expect((await peer.request('piped', { x: '12' })).data).toEqual({ x: 12 });
    expect((await peer.request('piped', { x: 12 })).data).toEqual({ x: 12 });
  });

  it('answers invalid_payload when the pipe refuses, with what it says', async () => {
    const { peer } = await connect();
    for (const payload of [{ x: 'twelve' }, { x: 1.5 }, {}]) {
      expect(await peer.request('piped', payload)).toMatchObject({
        event: 'error',
        data: { code: 'invalid_payload', message: 'The payload is invalid', event: 'piped' },
      });
    }
    expect((await peer.request('piped', { x: 'twelve' })).data).toMatchObject({
      details: { message: 'Validation failed (numeric string is expected)' },
    });
  });

  it('runs several pipes one after another, with what Nest injects into them', async () => {
    const { peer } = await connect();
    expect((await peer.request('pipes', { on: 'true', text: 'hi' })).data).toEqual({
      on: true,
      text: '<<hi>>',
    });
  });

  it('lets a pipe decide what to do about a missing value', async () => {
    const { peer } = await connect();
    expect((await peer.request('pipes', { text: 'hi' })).data).toMatchObject({ on: 'not given' });
  });

  it('tells the pipe what Nest tells it: kind, name and type', async () => {
    const { peer } = await connect();
    await peer.request('metadata', { x: 1 });
    expect(recording.seen).toEqual([
      expect.objectContaining({ type: 'body', data: undefined, metatype: Dictionary }),
      expect.objectContaining({ type: 'body', data: 'x', metatype: Number }),
    ]);
  });
});

describe('the client', () => {
  it('comes where @Client() stands', async () => {
    const { peer, socket } = await connect();
    expect((await peer.request('client-last', { text: 'hi' })).data).toEqual({
      text: 'hi',
      client: socket.id,
    });
  });

  it('is not in the first parameter too when @Client() stands elsewhere', async () => {
    const { peer, socket } = await connect();
    expect((await peer.request('client-named', { text: 'hi' })).data).toEqual({
      text: 'hi',
      client: socket.id,
    });
  });

  it('does not keep the other parameters from going by their names', async () => {
    const { peer, socket } = await connect();
    expect((await peer.request('client-first', { times: 2, text: 'hi' })).data).toEqual({
      text: 'hihi',
      client: socket.id,
    });
    expect((await peer.request('client-first', { times: 2 })).data).toMatchObject({
      details: { fields: [{ field: 'text' }] },
    });
  });
});

describe('the decorators of Nest', () => {
  it('@MessageBody and @ConnectedSocket work with @OnEvent, in any order', async () => {
    const { peer, socket } = await connect();
    expect((await peer.request('native', { text: 'hi', more: 1 })).data).toEqual({
      text: 'hi',
      client: socket.id,
      whole: { text: 'hi', more: 1 },
    });
  });

  it('@MessageBody takes pipes', async () => {
    const { peer } = await connect();
    expect((await peer.request('native-piped', { x: '7' })).data).toBe(7);
    expect((await peer.request('native-piped', { x: 'seven' })).data).toMatchObject({
      code: 'invalid_payload',
    });
  });

  it('createParamDecorator makes parameters from the context, with data and pipes', async () => {
    const { peer, socket } = await connect();
    socket.user = { name: 'ann', age: '30' };
    expect((await peer.request('user', { text: 'hi' })).data).toEqual({
      user: { name: 'ann', age: '30' },
      age: 30,
      text: 'hi',
    });
    socket.user = null;
    expect((await peer.request('user', { text: 'hi' })).data).toMatchObject({
      code: 'invalid_payload',
    });
  });

  it('createParamDecorator gives what it made: it is no payload, and so not checked', async () => {
    const { peer, socket } = await connect();
    socket.user = Object.assign(new UserEntity('ann'), { age: 30 });
    expect((await peer.request('typed-entity', {})).data).toEqual({ user: 'ann', age: 30 });
    socket.user = null;
    expect((await peer.request('typed-entity', {})).data).toMatchObject({ user: 'nobody' });
  });

  it('createParamDecorator sees a context of type ws', async () => {
    const { peer } = await connect();
    expect((await peer.request('context', { a: 1 })).data).toEqual({
      type: 'ws',
      handler: 'context',
      class: 'DecoratedGateway',
      pattern: 'context',
      data: { a: 1 },
    });
  });
});
