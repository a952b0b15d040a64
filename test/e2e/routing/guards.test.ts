import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, BounceWsError, OnEvent } from 'bounce-ws';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from '../../support/deferred.js';
import { connectBoth, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const Roles = (...roles: string[]) => SetMetadata('roles', roles);

@Injectable()
class RolesGuard implements CanActivate {
  static seen: unknown;

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const ws = context.switchToWs();
    const client = ws.getClient<BounceSocket<{ banned?: boolean }>>();
    RolesGuard.seen = {
      type: context.getType(),
      class: context.getClass().name,
      handler: context.getHandler().name,
      isSocket: client instanceof BounceSocket,
      data: ws.getData<unknown>(),
      pattern: ws.getPattern(),
      args: context.getArgs().length,
    };
    const roles = this.reflector.getAllAndOverride<string[]>('roles', [
      context.getHandler(),
      context.getClass(),
    ]);
    const { role } = (client.user ?? {}) as { role?: string };
    return client.state.banned !== true && roles.includes(role ?? 'nobody');
  }
}

@WebSocketGateway()
@UseGuards(RolesGuard)
@Roles('reader')
class GuardedGateway {
  handled = 0;

  @OnEvent('read')
  read(_client: BounceSocket, page = 1) {
    this.handled += 1;
    return page;
  }

  @Roles('writer')
  @OnEvent('write')
  write() {
    this.handled += 1;
    return 'written';
  }
}

const gates: Deferred<boolean>[] = [];

class LaterGuard implements CanActivate {
  canActivate() {
    const gate = deferred<boolean>();
    gates.push(gate);
    return gate.promise;
  }
}

class ObservableGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    return of(context.switchToWs().getData<{ ok: boolean }>().ok);
  }
}

class ThrowingGuard implements CanActivate {
  canActivate(): boolean {
    throw new BounceWsError('unauthenticated', 'secret');
  }
}

@WebSocketGateway()
class GuardKindsGateway {
  readonly handled: string[] = [];

  @UseGuards(LaterGuard)
  @OnEvent('later')
  later() {
    this.handled.push('later');
    return 'let in';
  }

  @UseGuards(ObservableGuard)
  @OnEvent('observable')
  observable() {
    return 'let in';
  }

  @UseGuards(ThrowingGuard)
  @OnEvent('throwing')
  throwing() {
    return 'let in';
  }

  @OnEvent('free')
  free() {
    this.handled.push('free');
  }
}

const start = useApps();

describe('a guard', () => {
  async function connect(user: unknown, state: object = {}) {
    const started = await start({ providers: [GuardedGateway] });
    const { peer, socket } = await connectBoth(started);
    socket.user = user;
    Object.assign(socket.state, state);
    return { peer, gateway: started.app.get(GuardedGateway) };
  }

  it('sees the message, the handler and the client in a context of type ws', async () => {
    const { peer } = await connect({ role: 'reader' });
    await peer.request('read', { page: 3 });
    expect(RolesGuard.seen).toEqual({
      type: 'ws',
      class: 'GuardedGateway',
      handler: 'read',
      isSocket: true,
      data: { page: 3 },
      pattern: 'read',
      args: 3,
    });
  });

  it('lets in by client.user and by the metadata of method and class', async () => {
    const { peer } = await connect({ role: 'reader' });
    expect((await peer.request('read')).data).toBe(1);
    expect((await peer.request('write')).data).toMatchObject({ code: 'forbidden' });
    const { peer: writer } = await connect({ role: 'writer' });
    expect((await writer.request('write')).data).toBe('written');
    expect((await writer.request('read')).data).toMatchObject({ code: 'forbidden' });
  });

  it('sees what the app noted in client.state', async () => {
    const { peer } = await connect({ role: 'reader' }, { banned: true });
    expect((await peer.request('read')).data).toMatchObject({ code: 'forbidden' });
  });

  it('that says no is answered forbidden, and neither binding nor handler runs', async () => {
    const { peer, gateway } = await connect(null);
    peer.send('read', { page: 'not a number' }, { id: 5 });
    const answer = await peer.next();
    expect(answer).toMatchObject({ event: 'error', id: 5 });
    expect(answer.data).toEqual({
      code: 'forbidden',
      message: 'The operation is not allowed',
      event: 'read',
    });
    peer.send('read');
    expect(await peer.next()).not.toHaveProperty('id');
    expect(gateway.handled).toBe(0);
  });

  it('may take its time, and messages behind it wait', async () => {
    const { app, url } = await start({ providers: [GuardKindsGateway] });
    const { handled } = app.get(GuardKindsGateway);
    const peer = await WsPeer.connect(url);
    peer.send('later', {}, { id: 1 });
    peer.send('free', {}, { id: 2 });
    expect(await peer.barrier()).toEqual([]);
    expect(handled).toEqual([]);
    gates.pop()!.resolve(true);
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 1, data: 'let in' });
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 2 });
    expect(handled).toEqual(['later', 'free']);
    peer.send('later', {}, { id: 3 });
    await peer.barrier();
    gates.pop()!.resolve(false);
    expect((await peer.next()).data).toMatchObject({ code: 'forbidden' });
  });

  it('may answer with an Observable', async () => {
    const { url } = await start({ providers: [GuardKindsGateway] });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('observable', { ok: true })).data).toBe('let in');
    expect((await peer.request('observable', { ok: false })).data).toMatchObject({
      code: 'forbidden',
    });
  });

  it('may throw an error with a code of its own', async () => {
    const { url } = await start({ providers: [GuardKindsGateway] });
    const peer = await WsPeer.connect(url);
    const answer = await peer.request('throwing');
    expect(answer.data).toMatchObject({ code: 'unauthenticated' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
