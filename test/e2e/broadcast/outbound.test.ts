import type { Server } from 'node:http';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  BounceSocket,
  BroadcastService,
  type ClosedConnection,
  ConnectionRegistry,
  OnEvent,
  Payload,
  RoomService,
} from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { frame } from '../../conformance/support/frames.js';
import { RawPeer } from '../../support/raw-peer.js';
import type { StartedApp } from '../../support/start-app.js';
import { TcpWrites } from '../../support/tcp-writes.js';
import { connectBoth, connectMany, useApps } from '../../support/use-apps.js';

const start = useApps();

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo') echo(@Payload() payload: unknown): unknown {
    return payload;
  }
}

/** A bare client and the server's end of it. */
async function openRaw({ app, port }: StartedApp): Promise<{ raw: RawPeer; socket: BounceSocket }> {
  const opened = firstValueFrom(app.get(ConnectionRegistry).opened$);
  const raw = await RawPeer.open(port);
  return { raw, socket: await opened };
}

const arrived = async (raw: RawPeer, count: number): Promise<void> => {
  await expect.poll(() => raw.frames.length, { interval: 5 }).toBe(count);
};

/** The bytes of an envelope of `event` around an empty string. */
const envelopeBytes = (event: string): number =>
  `{"event":"${event}","data":"","timestamp":"2026-11-20T12:00:00.123"}`.length;

const BORDERS = [124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537];

describe('messages at the borders of the length forms of RFC 6455', () => {
  it.each(BORDERS)(
    'of %i bytes arrive whole, in one-byte and in longer characters',
    async (size) => {
      const started = await start();
      const { peer, socket } = await connectBoth(started);
      const { raw, socket: rawSocket } = await openRaw(started);
      const room = size - envelopeBytes('x');
      const texts = [
        'a'.repeat(room),
        '€'.repeat(Math.floor(room / 3)).padEnd(Math.floor(room / 3) + (room % 3), 'a'),
        '🫖'.repeat(Math.floor(room / 4)).padStart(2 * Math.floor(room / 4) + (room % 4), 'ab'),
      ];
      for (const text of texts) {
        socket.emit('x', text);
        rawSocket.emit('x', text);
        expect(await peer.next()).toMatchObject({ event: 'x', data: text });
      }
      await arrived(raw, texts.length);
      expect(raw.frames.map(({ payload }) => payload.length)).toEqual([size, size, size]);
      raw.socket.destroy();
    },
  );

  it.each([125, 126, 65_535, 65_536])('of %i bytes go to a room', async (size) => {
    const started = await start();
    const connections = await connectMany(started, 3);
    const text = 'ä'.repeat(Math.floor((size - envelopeBytes('x')) / 2));
    started.app.get(BroadcastService).toAll().emit('x', text);
    for (const { peer } of connections) expect((await peer.next()).data).toBe(text);
  });

  it.each([125, 126, 65_535, 65_536])('of %i bytes are accepted from a client', async (size) => {
    const { peer } = await connectBoth(await start({ providers: [EchoGateway] }));
    const around = '{"event":"echo","data":""}'.length;
    const text = 'é'.repeat(Math.floor((size - around) / 2)) + 'a'.repeat((size - around) % 2);
    const sent = JSON.stringify({ event: 'echo', data: text });
    expect(Buffer.byteLength(sent)).toBe(size);
    peer.sendRaw(sent);
    expect((await peer.next()).data).toBe(text);
  });

  it('of one byte more than 64 KiB close the connection with 1009', async () => {
    const { peer } = await connectBoth(await start({ providers: [EchoGateway] }));
    const around = '{"event":"echo","data":""}'.length;
    peer.sendRaw(JSON.stringify({ event: 'echo', data: 'a'.repeat(65_537 - around) }));
    expect(await peer.closed).toMatchObject({ code: 1009 });
  });

  it('of a megabyte reach a client that reads', async () => {
    const { peer, socket } = await connectBoth(await start());
    const text = '€'.repeat(350_000);
    socket.emit('big', text);
    expect((await peer.next()).data).toBe(text);
  });
});

describe('the frames of one tick', () => {
  const tenTimes = (action: (n: number) => void): void => {
    for (let n = 0; n < 10; n++) action(n);
  };

  it('leave in one write', async () => {
    const started = await start();
    const tcp = new TcpWrites(started.app.getHttpServer() as Server);
    const { raw, socket } = await openRaw(started);
    const writes = await tcp.during(async () => {
      tenTimes((n) => socket.emit('n', { n }));
      await arrived(raw, 10);
    });
    expect(writes).toBe(1);
    expect(raw.chunks).toHaveLength(1);
    raw.socket.destroy();
  });

  it('are told from those of ten ticks, which take ten writes', async () => {
    const started = await start();
    const tcp = new TcpWrites(started.app.getHttpServer() as Server);
    const { raw, socket } = await openRaw(started);
    const writes = await tcp.during(async () => {
      for (let n = 0; n < 10; n++) {
        socket.emit('n', { n });
        await arrived(raw, n + 1);
      }
    });
    expect(writes).toBe(10);
    raw.socket.destroy();
  });

  it('leave in one write for each member of a room, broadcasts and emits together', async () => {
    const started = await start();
    const tcp = new TcpWrites(started.app.getHttpServer() as Server);
    const members = [await openRaw(started), await openRaw(started), await openRaw(started)];
    for (const { socket } of members) await socket.join('tea');
    const broadcast = started.app.get(BroadcastService);
    const writes = await tcp.during(async () => {
      tenTimes((n) => {
        broadcast.to('tea').emit('n', { n });
        members[0]!.socket.emit('extra');
      });
      for (const [index, { raw }] of members.entries()) await arrived(raw, index === 0 ? 20 : 10);
    });
    expect(writes).toBe(3);
    for (const { raw } of members) raw.socket.destroy();
  });

  it('leave in one write when they are replies to requests that came together', async () => {
    const started = await start({ providers: [EchoGateway] });
    const tcp = new TcpWrites(started.app.getHttpServer() as Server);
    const { raw } = await openRaw(started);
    const requests = Array.from({ length: 10 }, (_, id) =>
      frame({ payload: JSON.stringify({ event: 'echo', id, data: id }) }),
    );
    const writes = await tcp.during(async () => {
      raw.socket.write(Buffer.concat(requests));
      await arrived(raw, 10);
    });
    expect(writes).toBe(1);
    const data = raw.frames.map(
      ({ payload }) => JSON.parse(payload.toString()) as { data: number },
    );
    expect(data.map((message) => message.data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    raw.socket.destroy();
  });
});

describe('the order of messages', () => {
  it('is that of the calls: emits, broadcasts and replies of one handler', async () => {
    @WebSocketGateway()
    class MixedGateway {
      constructor(private readonly broadcast: BroadcastService) {}
      @OnEvent('mixed') mixed(client: BounceSocket, n: number) {
        client.emit('first', n);
        this.broadcast.toAll().emit('second', n);
        client.emit('third', n);
        return n;
      }
      @OnEvent('mixed_later') async mixedLater(client: BounceSocket, n: number) {
        client.emit('first', n);
        await Promise.resolve();
        this.broadcast.toAll().emit('second', n);
        return n;
      }
    }
    const { peer } = await connectBoth(await start({ providers: [MixedGateway] }));
    for (let n = 0; n < 20; n++) peer.send(n % 2 === 0 ? 'mixed' : 'mixed_later', { n }, { id: n });
    const seen = (await peer.barrier()).map(
      ({ event, data }) => `${event} ${JSON.stringify(data)}`,
    );
    // The ping of the barrier overtakes nothing here: only asynchronous handlers can still be under way.
    while (seen.length < 70) {
      const { event, data } = await peer.next();
      seen.push(`${event} ${JSON.stringify(data)}`);
    }
    const expected = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0
        ? [`first ${n}`, `second ${n}`, `third ${n}`, `ack ${n}`]
        : [`first ${n}`, `second ${n}`, `ack ${n}`],
    ).flat();
    expect(seen).toEqual(expected);
  });

  it('is the same for all members of a room, whoever sends', async () => {
    @WebSocketGateway()
    class SayGateway {
      constructor(private readonly broadcast: BroadcastService) {}
      @OnEvent('say') say(_client: BounceSocket, text: string): void {
        this.broadcast.to('tea').emit('said', text);
      }
    }
    const started = await start({ providers: [SayGateway] });
    const members = await connectMany(started, 4);
    const rooms = started.app.get(RoomService);
    for (const { socket } of members) await rooms.join(socket, 'tea');
    for (let n = 0; n < 25; n++) {
      for (const [index, { peer }] of members.entries()) {
        peer.send('say', { text: `${index}-${n}` });
      }
    }
    const heard = await Promise.all(
      members.map(async ({ peer }) => {
        const texts: unknown[] = [];
        while (texts.length < 100) texts.push((await peer.next('said')).data);
        return texts;
      }),
    );
    for (const texts of heard) expect(texts).toEqual(heard[0]);
    const ofTheFirst = heard[0]!.filter((text) => String(text).startsWith('0-'));
    expect(ofTheFirst).toEqual(Array.from({ length: 25 }, (_, n) => `0-${n}`));
  });
});

describe('a client that does not read', () => {
  it('is ended with 1013 while the others in its room get everything', async () => {
    const started = await start();
    const registry = started.app.get(ConnectionRegistry);
    const { peer: reader, socket } = await connectBoth(started);
    const { raw: slow, socket: slowSocket } = await openRaw(started);
    await socket.join('tea');
    await slowSocket.join('tea');
    slow.socket.pause();
    const gone: ClosedConnection[] = [];
    registry.closed$.subscribe((connection) => gone.push(connection));
    const block = 'x'.repeat(1024 * 1024);
    const room = started.app.get(BroadcastService).to('tea');
    let sent = 0;
    // More than a kernel holds for one connection, at the pace of the one who reads.
    for (; sent < 32 && gone.length === 0; sent++) {
      room.emit('block', { n: sent, block });
      expect((await reader.next()).data).toEqual({ n: sent, block });
    }
    await expect.poll(() => gone.length).toBe(1);
    expect(gone[0]?.code).toBe(1013);
    expect(gone[0]?.socket).toBe(slowSocket);
    expect(sent).toBeGreaterThan(1);
    expect(await started.app.get(RoomService).members('tea')).toEqual([socket.id]);
    room.emit('after', {});
    expect((await reader.next()).event).toBe('after');
    slow.socket.destroy();
  });

  it('is ended when all of it is sent at once, and the process keeps none of it', async () => {
    const started = await start();
    const { raw: slow, socket } = await openRaw(started);
    slow.socket.pause();
    const closed = firstValueFrom(started.app.get(ConnectionRegistry).closed$);
    const block = 'x'.repeat(1024 * 1024);
    for (let n = 0; n < 20; n++) socket.emit('block', block);
    expect(await closed).toMatchObject({ code: 1013 });
    expect(socket.bufferedAmount).toBe(0);
    slow.socket.destroy();
  });

  it('may fall behind further when maxQueuedBytes allows it', async () => {
    const started = await start({ options: { maxQueuedBytes: 64 * 1024 * 1024 } });
    const { raw: slow, socket } = await openRaw(started);
    slow.socket.pause();
    const block = 'x'.repeat(1024 * 1024);
    for (let n = 0; n < 20; n++) socket.emit('block', block);
    await expect.poll(() => socket.bufferedAmount).toBeGreaterThan(0);
    expect(socket.closed).toBe(false);
    slow.socket.destroy();
  });
});
