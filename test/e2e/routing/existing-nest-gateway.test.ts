import type { IncomingMessage } from 'node:http';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import {
  BaseWsExceptionFilter,
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
  type WsResponse,
} from '@nestjs/websockets';
import { IsInt, IsString, Min } from 'class-validator';
import { from, map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Server, WebSocket } from 'ws';
import { eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

// Nothing in this file up to the tests knows of bounce-ws: it is what an app for Nest's own WsAdapter looks like.

class CreateCatDto {
  @IsString()
  name!: string;

  @IsInt()
  @Min(0)
  age!: number;
}

interface NamedSocket extends WebSocket {
  nickname?: string;
}

@Injectable()
class CatsService {
  readonly cats: CreateCatDto[] = [];
}

@Injectable()
class NicknameGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToWs().getClient<NamedSocket>().nickname !== undefined;
  }
}

class TransformInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    if (context.getType() !== 'ws') return next.handle();
    return next.handle().pipe(map((data: unknown) => ({ event: 'transformed', data: { data } })));
  }
}

@Catch()
class AllExceptionsFilter extends BaseWsExceptionFilter {
  readonly caught: unknown[] = [];

  constructor() {
    super({ includeCause: false });
  }

  override catch(exception: unknown, host: ArgumentsHost) {
    this.caught.push(exception);
    // oxlint-disable-next-line promise/valid-params -- a filter's catch() is no promise's
    super.catch(exception, host);
  }
}

const filter = new AllExceptionsFilter();

@WebSocketGateway()
class CatsGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  @WebSocketServer()
  server!: Server;

  initialised: Server | undefined;
  readonly log: string[] = [];

  constructor(private readonly service: CatsService) {}

  afterInit(server: Server) {
    this.initialised = server;
  }

  handleConnection(client: NamedSocket, request: IncomingMessage) {
    const name = new URL(request.url ?? '', 'ws://localhost').searchParams.get('name');
    if (name !== null) client.nickname = name;
    client.on('close', () => this.log.push(`closed ${client.nickname}`));
    this.log.push(`connected ${client.nickname}`);
  }

  handleDisconnect(client: NamedSocket) {
    this.log.push(`disconnected ${client.nickname}`);
  }

  @SubscribeMessage('identity')
  async identity(@MessageBody() data: number): Promise<number> {
    await Promise.resolve();
    return data;
  }

  @SubscribeMessage('plain')
  plain(client: NamedSocket, data: unknown) {
    return { event: 'plain-result', data: { nickname: client.nickname, data } };
  }

  @SubscribeMessage('picked')
  picked(@MessageBody('id') id: number, @ConnectedSocket() client: NamedSocket) {
    return { event: 'picked', data: { id: id ?? 'missing', nickname: client.nickname } };
  }

  @SubscribeMessage('events')
  events(@MessageBody() count: number): Observable<WsResponse<number>> {
    const items = Array.from({ length: count }, (_, index) => index + 1);
    return from(items).pipe(map((data) => ({ event: 'event-item', data })));
  }

  @SubscribeMessage('answer-yourself')
  answerYourself(@ConnectedSocket() client: NamedSocket) {
    client.send(JSON.stringify({ event: 'by-hand', data: [client.readyState] }));
  }

  @SubscribeMessage('broadcast')
  broadcast(@ConnectedSocket() client: NamedSocket, @MessageBody() text: string) {
    for (const other of this.server.clients) {
      if (other !== client && other.readyState === WebSocket.OPEN) {
        other.send(JSON.stringify({ event: 'broadcast', data: text }));
      }
    }
  }

  @UseGuards(NicknameGuard)
  @SubscribeMessage('named-only')
  namedOnly() {
    return { event: 'named', data: true };
  }

  @UsePipes(new ValidationPipe({ transform: true, whitelist: true }))
  @SubscribeMessage('create')
  create(@MessageBody() cat: CreateCatDto): WsResponse<unknown> {
    this.service.cats.push(cat);
    return { event: 'created', data: { cat, isCat: cat instanceof CreateCatDto } };
  }

  @UseInterceptors(TransformInterceptor)
  @SubscribeMessage('transform')
  transform(@MessageBody() data: unknown) {
    return data;
  }

  @UseFilters(filter)
  @SubscribeMessage('filtered')
  filtered(@MessageBody('kind') kind: string) {
    if (kind === 'ws') throw new WsException('Invalid credentials.');
    throw new Error('secret');
  }

  @SubscribeMessage('refuse')
  refuse() {
    throw new WsException('Invalid credentials.');
  }
}

const start = useApps();

async function connect(name = 'tom') {
  filter.caught.length = 0;
  const { app, url } = await start({ providers: [CatsGateway, CatsService] });
  const peer = await WsPeer.connect(`${url}/?name=${name}`);
  return { app, url, peer, gateway: app.get(CatsGateway), service: app.get(CatsService) };
}

describe('an existing Nest gateway, unchanged', () => {
  it('gets afterInit, handleConnection and handleDisconnect', async () => {
    const { peer, gateway } = await connect();
    await peer.barrier();
    expect(gateway.initialised).toBe(gateway.server);
    expect(gateway.log).toEqual(['connected tom']);
    await peer.close();
    await expect
      .poll(() => gateway.log.toSorted())
      .toEqual(['closed tom', 'connected tom', 'disconnected tom']);
  });

  it('gets the payload with @MessageBody and answers with a value', async () => {
    const { peer } = await connect();
    expect((await peer.request('identity', 7)).data).toBe(7);
    peer.send('identity', 7);
    expect(await peer.next()).toMatchObject({ event: 'identity', data: 7 });
  });

  it('gets client and payload by position when nothing is decorated', async () => {
    const { peer } = await connect();
    for (const data of [{ a: 1 }, 'text', null, [1]]) {
      peer.send('plain', data);
      expect(await peer.next()).toMatchObject({
        event: 'plain-result',
        data: { nickname: 'tom', data },
      });
    }
  });

  it('gets keys of the payload as they are, missing ones too, as from Nest', async () => {
    const { peer } = await connect();
    for (const [payload, id] of [
      [{ id: 7 }, 7],
      [{ id: '7' }, '7'],
      [{}, 'missing'],
      [[], 'missing'],
      [null, 'missing'],
    ]) {
      peer.send('picked', payload);
      expect(await peer.next()).toMatchObject({ event: 'picked', data: { id, nickname: 'tom' } });
    }
  });

  it('answers with { event, data }, which is the data of the ack of a request', async () => {
    const { peer } = await connect();
    peer.send('plain', 1);
    const message = await peer.next();
    expect(message.event).toBe('plain-result');
    expect(message).not.toHaveProperty('id');
    expect(await peer.request('plain', 1)).toMatchObject({
      event: 'ack',
      data: { event: 'plain-result', data: { nickname: 'tom', data: 1 } },
    });
  });

  it('answers with an Observable of { event, data }, each sent as that event', async () => {
    const { peer } = await connect();
    peer.send('events', 3);
    for (const data of [1, 2, 3]) {
      expect(await peer.next()).toMatchObject({ event: 'event-item', data });
    }
    await peer.request('identity', 1);
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('answers a request with an Observable: every item with the id, then the ack', async () => {
    const { peer } = await connect();
    peer.send('events', 2, { id: 5 });
    expect((await peer.next()).id).toBe(5);
    expect((await peer.next()).id).toBe(5);
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 5, data: null });
  });

  it('sends by hand with client.send', async () => {
    const { peer } = await connect();
    peer.send('answer-yourself');
    expect(await peer.next()).toEqual({ event: 'by-hand', data: [WebSocket.OPEN] });
  });

  it('broadcasts by hand to server.clients, the sender excepted', async () => {
    const { peer: tom, url } = await connect();
    const ann = await WsPeer.connect(`${url}/?name=ann`);
    const ben = await WsPeer.connect(`${url}/?name=ben`);
    await Promise.all([ann.barrier(), ben.barrier()]);
    ann.send('broadcast', 'meow');
    expect(await tom.next()).toEqual({ event: 'broadcast', data: 'meow' });
    expect(await ben.next()).toEqual({ event: 'broadcast', data: 'meow' });
    expect(await eventsSoFar(ann)).toEqual([]);
  });

  it('keeps server.clients up to date', async () => {
    const { peer, url, gateway } = await connect();
    const ann = await WsPeer.connect(url);
    await Promise.all([peer.barrier(), ann.barrier()]);
    expect(gateway.server.clients.size).toBe(2);
    await ann.close();
    await expect.poll(() => gateway.server.clients.size).toBe(1);
  });

  it('is protected by its guard', async () => {
    const { peer, url } = await connect();
    peer.send('named-only');
    expect(await peer.next()).toMatchObject({ event: 'named', data: true });
    const nobody = await WsPeer.connect(url);
    nobody.send('named-only');
    expect(await nobody.next()).toMatchObject({ event: 'error', data: { code: 'forbidden' } });
  });

  it('is validated by its ValidationPipe', async () => {
    const { peer, service } = await connect();
    peer.send('create', { name: 'Tom', age: 3, isAdmin: true });
    expect(await peer.next()).toMatchObject({
      event: 'created',
      data: { cat: { name: 'Tom', age: 3 }, isCat: true },
    });
    expect(service.cats).toEqual([{ name: 'Tom', age: 3 }]);
    expect(await peer.request('create', { name: 7, age: -1 })).toMatchObject({
      event: 'error',
      data: {
        code: 'invalid_payload',
        details: { message: ['name must be a string', 'age must not be less than 0'] },
      },
    });
    expect(service.cats).toHaveLength(1);
  });

  it('has its results changed by its interceptor', async () => {
    const { peer } = await connect();
    peer.send('transform', 'hi');
    expect(await peer.next()).toMatchObject({ event: 'transformed', data: { data: 'hi' } });
  });

  it('has its exceptions sent by a filter that extends BaseWsExceptionFilter', async () => {
    const { peer } = await connect();
    peer.send('filtered', { kind: 'ws' });
    expect(await peer.next()).toEqual({
      event: 'exception',
      data: { status: 'error', message: 'Invalid credentials.' },
    });
    peer.send('filtered', { kind: 'other' });
    expect(await peer.next()).toEqual({
      event: 'exception',
      data: { status: 'error', message: 'Internal server error' },
    });
    expect(filter.caught).toHaveLength(2);
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('has a request answered although its filter sends something of its own', async () => {
    const { peer } = await connect();
    const answer = await peer.request('filtered', { kind: 'ws' });
    expect(answer).toMatchObject({
      event: 'error',
      data: { code: 'internal_error', details: { message: 'Invalid credentials.' } },
    });
    expect(await eventsSoFar(peer)).toEqual(['exception']);
  });

  it('has a WsException answered with its text when there is no filter', async () => {
    const { peer } = await connect();
    peer.send('refuse');
    expect(await peer.next()).toMatchObject({
      event: 'error',
      data: {
        code: 'internal_error',
        message: 'Internal server error',
        event: 'refuse',
        details: { message: 'Invalid credentials.' },
      },
    });
  });
});
