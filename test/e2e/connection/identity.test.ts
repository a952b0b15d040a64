import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  BounceWsError,
  BroadcastService,
  ConnectionRegistry,
  OnEvent,
} from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import type { StartedApp } from '../../support/start-app.js';
import { type Connection, connectBoth, eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

/** Opens a connection of a user. */
async function connectAs(started: StartedApp, userId: string): Promise<Connection> {
  const connection = await connectBoth(started);
  started.app
    .get(ConnectionRegistry)
    .identify(connection.socket, { userId, user: { name: userId } });
  return connection;
}

/** What `identified$` says, as text. */
function identifiedOf({ app }: StartedApp): string[] {
  const seen: string[] = [];
  app
    .get(ConnectionRegistry)
    .identified$.subscribe(({ userId, previous }) => seen.push(`${previous} -> ${userId}`));
  return seen;
}

describe('ConnectionRegistry.identify()', () => {
  it('says whose connection it is', async () => {
    const started = await start();
    const { socket } = await connectBoth(started);
    expect(socket.userId).toBeNull();
    started.app.get(ConnectionRegistry).identify(socket, { userId: 'ann', user: { age: 7 } });
    expect(socket.userId).toBe('ann');
    expect(socket.user).toEqual({ age: 7 });
    expect([...started.app.get(ConnectionRegistry).ofUser('ann')]).toEqual([socket]);
  });

  it('announces that a user became known, changed and was forgotten, and nothing twice', async () => {
    const started = await start();
    const connections = started.app.get(ConnectionRegistry);
    const seen = identifiedOf(started);
    const { socket } = await connectBoth(started);
    connections.identify(socket, { userId: 'ann', user: 1 });
    connections.identify(socket, { userId: 'ann', user: 2 });
    expect(socket.user).toBe(2);
    connections.identify(socket, { userId: 'ben', user: 3 });
    connections.identify(socket, null);
    connections.identify(socket, null);
    expect(seen).toEqual(['null -> ann', 'ann -> ben', 'ben -> null']);
    expect(socket.user).toBeNull();
    expect([...connections.userIds]).toEqual([]);
  });

  it('announces a user that a connect handler made known when the connection is open', async () => {
    const gate = deferred();
    @WebSocketGateway()
    class Gateway {
      constructor(private readonly connections: ConnectionRegistry) {}

      @OnEvent('connect')
      async connect(client: BounceSocket) {
        this.connections.identify(client, { userId: 'ann', user: null });
        await gate.promise;
      }
    }
    const started = await start({ providers: [Gateway] });
    const connections = started.app.get(ConnectionRegistry);
    const order: string[] = [];
    connections.opened$.subscribe(() => order.push('opened'));
    connections.identified$.subscribe(({ userId }) => order.push(`identified ${userId}`));
    const peer = await WsPeer.connect(started.url);
    await expect.poll(() => connections.ofUser('ann').size).toBe(1);
    expect(order).toEqual([]);
    gate.resolve();
    await peer.barrier();
    expect(order).toEqual(['opened', 'identified ann']);
  });

  it('refuses what cannot be the id of a user, and nothing has changed', async () => {
    const started = await start();
    const { socket } = await connectAs(started, 'ann');
    for (const userId of ['', 'x'.repeat(257), '\ud800', 7, undefined] as string[]) {
      expect(() =>
        started.app.get(ConnectionRegistry).identify(socket, { userId, user: 1 }),
      ).toThrow(BounceWsError);
    }
    expect(socket.userId).toBe('ann');
  });

  it('takes names of any language and of object members for what they are', async () => {
    const started = await start();
    for (const userId of ['__proto__', 'constructor', '名前', '😀', 'a\r\nb', 'x'.repeat(256)]) {
      const { socket } = await connectAs(started, userId);
      expect([...started.app.get(ConnectionRegistry).ofUser(userId)]).toEqual([socket]);
    }
    expect(started.app.get(ConnectionRegistry).ofUser('toString').size).toBe(0);
  });

  it('forgets a connection that closed, while its disconnect handler still knows whose it was', async () => {
    const left = deferred<string | null>();
    @WebSocketGateway()
    class Gateway {
      @OnEvent('disconnect')
      disconnect(client: BounceSocket) {
        left.resolve(client.userId);
      }
    }
    const started = await start({ providers: [Gateway] });
    const connections = started.app.get(ConnectionRegistry);
    const { peer, socket } = await connectAs(started, 'ann');
    await peer.close();
    expect(await left.promise).toBe('ann');
    expect([...connections.userIds]).toEqual([]);
    connections.identify(socket, { userId: 'ben', user: null });
    expect([...connections.userIds]).toEqual([]);
  });
});

describe('toUser()', () => {
  it('reaches every connection of the users and nobody else', async () => {
    const started = await start();
    const broadcast = started.app.get(BroadcastService);
    const tab = await connectAs(started, 'ann');
    const phone = await connectAs(started, 'ann');
    const ben = await connectAs(started, 'ben');
    const nobody = await connectBoth(started);
    broadcast.toUser('ann').emit('one');
    broadcast.toUser('ann', 'ben', 'ann', 'dora').emit('two');
    broadcast.toUser().emit('none');
    broadcast.toUser('dora').emit('none');
    expect(await eventsSoFar(tab.peer)).toEqual(['one', 'two']);
    expect(await eventsSoFar(phone.peer)).toEqual(['one', 'two']);
    expect(await eventsSoFar(ben.peer)).toEqual(['two']);
    expect(await eventsSoFar(nobody.peer)).toEqual([]);
  });

  it('signs a user out everywhere', async () => {
    const started = await start();
    const tab = await connectAs(started, 'ann');
    const phone = await connectAs(started, 'ann');
    const ben = await connectAs(started, 'ben');
    started.app.get(BroadcastService).toUser('ann').disconnect(4900, 'signed out');
    expect(await tab.peer.closed).toEqual({ code: 4900, reason: 'signed out' });
    expect(await phone.peer.closed).toEqual({ code: 4900, reason: 'signed out' });
    expect(await eventsSoFar(ben.peer)).toEqual([]);
  });

  it('is told apart from a room of the same name', async () => {
    const started = await start();
    const broadcast = started.app.get(BroadcastService);
    const ann = await connectAs(started, 'ann');
    const ben = await connectAs(started, 'ben');
    await ben.socket.join('ann');
    broadcast.toAll().except({ user: 'ann' }).emit('not ann');
    broadcast.toAll().except('ann').emit('not ben');
    broadcast.toUser('ann', 'ben').except(ben.socket, { user: 'nobody' }).emit('also not ben');
    expect(await eventsSoFar(ann.peer)).toEqual(['not ben', 'also not ben']);
    expect(await eventsSoFar(ben.peer)).toEqual(['not ann']);
  });
});
