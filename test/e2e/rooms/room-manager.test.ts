import { Global, Injectable, Module } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  BounceSocket,
  BounceWsError,
  BroadcastService,
  LocalRoomManager,
  OnEvent,
  RoomService,
} from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { connectBoth, connectMany, eventsSoFar, useApps } from '../../support/use-apps.js';

const start = useApps();

/** A room manager whose rooms have a size. */
class SmallRoomManager extends LocalRoomManager {
  readonly calls: string[] = [];

  constructor(readonly size = 1) {
    super();
  }

  override join(socket: BounceSocket<object>, room: string): void {
    this.calls.push(`join ${room}`);
    if (this.members(room).size >= this.size) throw new BounceWsError('forbidden', 'full');
    super.join(socket, room);
  }

  override leave(socket: BounceSocket<object>, room: string): void {
    this.calls.push(`leave ${room}`);
    super.leave(socket, room);
  }

  override leaveAll(socket: BounceSocket<object>): void {
    this.calls.push('leaveAll');
    super.leaveAll(socket);
  }
}

@Injectable()
class RoomSize {
  readonly value = 2;
}

@Global()
@Module({ providers: [RoomSize], exports: [RoomSize] })
class SizeModule {}

@WebSocketGateway()
class JoinGateway {
  @OnEvent('join') join(client: BounceSocket, room: string) {
    return client.join(room);
  }
}

describe('the option roomManager', () => {
  it('takes an instance, which then holds the rooms', async () => {
    const manager = new SmallRoomManager(2);
    const started = await start({ options: { roomManager: manager } });
    const { peer, socket } = await connectBoth(started);
    await socket.join('tea');
    await socket.leave('tea');
    await started.app.get(RoomService).join(socket, 'cake');
    expect([...manager.members('cake')]).toEqual([socket]);
    await peer.close();
    await expect
      .poll(() => manager.calls)
      .toEqual(['join tea', 'leave tea', 'join cake', 'leaveAll']);
  });

  it('is what broadcasts ask for the members', async () => {
    class EverybodyManager extends LocalRoomManager {
      readonly everybody = new Set<BounceSocket<object>>();
      override members(): ReadonlySet<BounceSocket<object>> {
        return this.everybody;
      }
    }
    const manager = new EverybodyManager();
    const started = await start({ options: { roomManager: manager } });
    const { peer, socket } = await connectBoth(started);
    manager.everybody.add(socket);
    started.app.get(BroadcastService).to('wherever').emit('hello');
    expect((await peer.next()).event).toBe('hello');
  });

  it('answers the request with the error that the manager throws', async () => {
    const started = await start({
      options: { roomManager: new SmallRoomManager(1) },
      providers: [JoinGateway],
    });
    const [alice, bob] = await connectMany(started, 2);
    expect((await alice!.peer.request('join', { room: 'tea' })).event).toBe('ack');
    expect(await bob!.peer.request('join', { room: 'tea' })).toMatchObject({
      event: 'error',
      data: { code: 'forbidden' },
    });
    expect(await started.app.get(RoomService).members('tea')).toEqual([alice!.socket.id]);
  });

  it('takes a class, whose dependencies Nest injects', async () => {
    const created: SmallRoomManager[] = [];
    @Injectable()
    class SizedRoomManager extends SmallRoomManager {
      constructor(size: RoomSize) {
        super(size.value);
        created.push(this);
      }
    }
    const started = await start({
      options: { roomManager: SizedRoomManager },
      imports: [SizeModule],
      providers: [JoinGateway],
    });
    expect(created.map(({ size }) => size)).toEqual([2]);
    const [alice, bob, carol] = await connectMany(started, 3);
    for (const { peer } of [alice!, bob!]) {
      expect((await peer.request('join', { room: 'tea' })).event).toBe('ack');
    }
    expect((await carol!.peer.request('join', { room: 'tea' })).event).toBe('error');
    started.app.get(BroadcastService).to('tea').emit('hello');
    expect(await eventsSoFar(bob!.peer)).toEqual(['hello']);
    expect(await eventsSoFar(carol!.peer)).toEqual([]);
  });
});
