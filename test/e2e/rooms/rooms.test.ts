import { BounceSocket, ConnectionRegistry, OnEvent, RoomService } from 'bounce-ws';
import { WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { connectBoth, connectMany, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

const BAD_NAMES: readonly [string, string][] = [
  ['an empty name', ''],
  ['129 characters', 'a'.repeat(129)],
  ['64 KB', 'a'.repeat(65_536)],
  ['a space', 'tea room'],
  ['a NUL', 'tea\u0000'],
  ['a line break', 'tea\r\n'],
  ['a line break at the end', 'tea\n'],
  ['a pattern', 'tea*'],
  ['a question mark', 'tea?'],
  ['brackets', '[tea]'],
  ['an umlaut', 'Käse'],
  ['a percent sign', 'a%20b'],
];

describe('RoomService', () => {
  it('puts a socket into a room and tells who is there', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const { socket } = await connectBoth(started);
    await rooms.join(socket, 'tea');
    expect(await rooms.members('tea')).toEqual([socket.id]);
    expect(await rooms.count('tea')).toBe(1);
    expect(await rooms.rooms()).toEqual(['tea']);
    expect([...rooms.roomsOf(socket)]).toEqual(['tea']);
  });

  it('counts a socket once however often it joins', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const { socket } = await connectBoth(started);
    await rooms.join(socket, 'tea');
    await rooms.join(socket, 'tea');
    await socket.join('tea');
    expect(await rooms.members('tea')).toEqual([socket.id]);
    await rooms.leave(socket, 'tea');
    expect(await rooms.count('tea')).toBe(0);
  });

  it('takes leaving twice, and leaving a room never joined, as harmless', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const [alice, bob] = (await connectMany(started, 2)).map(({ socket }) => socket);
    await rooms.join(alice!, 'tea');
    await rooms.leave(bob!, 'tea');
    await rooms.leave(bob!, 'nowhere');
    expect(await rooms.count('tea')).toBe(1);
    await rooms.leave(alice!, 'tea');
    await rooms.leave(alice!, 'tea');
    expect(await rooms.count('tea')).toBe(0);
  });

  it('knows nothing of a room that its last member left', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const { socket } = await connectBoth(started);
    await rooms.join(socket, 'tea');
    await rooms.leave(socket, 'tea');
    expect(await rooms.rooms()).toEqual([]);
    expect(await rooms.members('tea')).toEqual([]);
    expect(rooms.roomsOf(socket).size).toBe(0);
  });

  it('keeps rooms apart by exact name', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const { socket } = await connectBoth(started);
    await rooms.join(socket, 'tea');
    expect(await rooms.count('Tea')).toBe(0);
    expect(await rooms.count('te')).toBe(0);
  });

  it('takes 128 rooms and refuses the 129th with the limit named', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const { socket } = await connectBoth(started);
    for (let index = 0; index < 128; index++) await rooms.join(socket, `room-${index}`);
    await expect(async () => rooms.join(socket, 'one-more')).rejects.toMatchObject({
      code: 'limit_exceeded',
      details: { limit: 'roomsPerConnection', max: 128 },
    });
    expect(socket.rooms.size).toBe(128);
    expect(await rooms.count('one-more')).toBe(0);
    // Being in one of them already is no 129th room.
    await rooms.join(socket, 'room-0');
    await rooms.leave(socket, 'room-0');
    await rooms.join(socket, 'one-more');
    expect(await rooms.count('one-more')).toBe(1);
  });

  it('takes another limit from the option roomsPerConnection', async () => {
    const started = await start({ options: { roomsPerConnection: 1 } });
    const { socket } = await connectBoth(started);
    await socket.join('a');
    await expect(async () => socket.join('b')).rejects.toMatchObject({ code: 'limit_exceeded' });
  });

  it.each(BAD_NAMES)('refuses %s as the name of a room', async (_what, name) => {
    const started = await start();
    const { socket } = await connectBoth(started);
    await expect(async () => socket.join(name)).rejects.toMatchObject({ code: 'invalid_payload' });
    expect(await started.app.get(RoomService).rooms()).toEqual([]);
  });

  it.each(['a', 'a'.repeat(128), 'AZaz09_:.-/@#=+', '__proto__', 'constructor', 'toString'])(
    'takes %s as the name of a room like any other',
    async (name) => {
      const started = await start();
      const rooms = started.app.get(RoomService);
      const { socket } = await connectBoth(started);
      expect(await rooms.count(name)).toBe(0);
      await rooms.join(socket, name);
      expect(await rooms.members(name)).toEqual([socket.id]);
    },
  );

  it('does not put a closed socket into a room', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const { peer, socket } = await connectBoth(started);
    await peer.close();
    await expect.poll(() => started.app.get(ConnectionRegistry).size).toBe(0);
    await rooms.join(socket, 'tea');
    expect(await rooms.rooms()).toEqual([]);
  });
});

@WebSocketGateway()
class CarelessGateway {
  @OnEvent('forget') forget(client: BounceSocket, room: string): void {
    // As an app does that does not know that join returns a promise.
    // oxlint-disable-next-line typescript/no-floating-promises -- the subject of the test
    client.join(room);
  }
  @OnEvent('forget_async') async forgetAsync(client: BounceSocket, room: string): Promise<void> {
    await Promise.resolve();
    // oxlint-disable-next-line typescript/no-floating-promises -- the subject of the test
    client.join(room);
  }
  @OnEvent('rooms') rooms(client: BounceSocket): string[] {
    return [...client.rooms];
  }
}

describe('a handler that does not await client.join()', () => {
  it.each(['forget', 'forget_async'])(
    'fails alone when the name is none (%s): the process and the connection go on',
    async (event) => {
      const started = await start({ providers: [CarelessGateway] });
      const unhandled: unknown[] = [];
      const note = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      try {
        const alice = await WsPeer.connect(started.url);
        expect(await alice.request(event, { room: 'not a room' })).toMatchObject({
          event: 'error',
          data: { code: 'invalid_payload', event },
        });
        expect((await alice.request(event, { room: 'tea' })).event).toBe('ack');
        expect((await alice.request('rooms')).data).toEqual(['tea']);
        expect(unhandled).toEqual([]);
      } finally {
        process.off('unhandledRejection', note);
      }
    },
  );
});

describe('a socket that goes', () => {
  it('is in no room any more, and its rooms are gone with it', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const [alice, bob] = await connectMany(started, 2);
    await alice!.socket.join('tea');
    await alice!.socket.join('cake');
    await bob!.socket.join('tea');
    await alice!.peer.close();
    await expect.poll(() => rooms.count('tea')).toBe(1);
    expect(await rooms.rooms()).toEqual(['tea']);
    expect(await rooms.members('tea')).toEqual([bob!.socket.id]);
  });

  it('is gone without a close frame too', async () => {
    const started = await start();
    const rooms = started.app.get(RoomService);
    const { peer, socket } = await connectBoth(started);
    await socket.join('tea');
    peer.socket.terminate();
    await expect.poll(() => rooms.rooms()).toEqual([]);
  });

  it('can still tell the disconnect handler its rooms, which no longer have it as a member', async () => {
    const seen: unknown[] = [];

    @WebSocketGateway()
    class FarewellGateway {
      constructor(private readonly rooms: RoomService) {}
      @OnEvent('disconnect') async bye(client: BounceSocket): Promise<void> {
        const [room] = client.rooms;
        const members = await this.rooms.members('tea');
        seen.push({ room, size: client.rooms.size, members });
        seen.push([...this.rooms.roomsOf(client)]);
      }
    }

    const started = await start({ providers: [FarewellGateway] });
    const [alice, bob] = await connectMany(started, 2);
    await alice!.socket.join('tea');
    await bob!.socket.join('tea');
    await alice!.peer.close();
    await expect.poll(() => seen).toHaveLength(2);
    expect(seen).toEqual([{ room: 'tea', size: 1, members: [bob!.socket.id] }, ['tea']]);
  });
});

describe('socket.rooms', () => {
  it('is a view that follows joins and leaves', async () => {
    const started = await start();
    const { socket } = await connectBoth(started);
    expect(socket.rooms.size).toBe(0);
    await socket.join('tea');
    expect(socket.rooms.has('tea')).toBe(true);
    await socket.leave('tea');
    expect([...socket.rooms]).toEqual([]);
  });
});
