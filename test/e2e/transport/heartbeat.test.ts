import { BounceSocket, type ClosedConnection, ConnectionRegistry, OnEvent } from 'bounce-ws';
import { WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { frame, Opcode } from '../../conformance/support/frames.js';
import { RawPeer } from '../../support/raw-peer.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectMany, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

const OPTIONS = {
  heartbeatIntervalMs: 400,
  heartbeatTimeoutMs: 200,
  closeTimeoutMs: 100,
};

const opcodes = (raw: RawPeer): number[] => raw.frames.map(({ opcode }) => opcode);

const pingsOf = (raw: RawPeer): number =>
  opcodes(raw).filter((opcode) => opcode === Opcode.Ping).length;

/** Keeps this process, and with it the server, from doing anything else. */
function blockFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('the heartbeat', () => {
  it('closes a client that answers no ping with 4408, and its disconnect hook says so', async () => {
    const left: number[] = [];
    @WebSocketGateway()
    class ByeGateway {
      @OnEvent('disconnect') bye(_client: BounceSocket, code: number): void {
        left.push(code);
      }
    }
    const { app, port } = await start({ options: OPTIONS, providers: [ByeGateway] });
    const closed: ClosedConnection[] = [];
    app.get(ConnectionRegistry).closed$.subscribe((connection) => closed.push(connection));
    const startedAt = performance.now();
    const raw = await RawPeer.open(port);
    await raw.closed;
    const took = performance.now() - startedAt;
    // A server that was late itself asks once more.
    expect(pingsOf(raw)).toBeGreaterThanOrEqual(1);
    expect(opcodes(raw).slice(pingsOf(raw))).toEqual([Opcode.Close]);
    expect(raw.frames.at(-1)?.payload.readUInt16BE()).toBe(4408);
    await expect.poll(() => left).toEqual([4408]);
    expect(closed).toMatchObject([{ code: 4408 }]);
    expect(app.get(ConnectionRegistry).size).toBe(0);
    // Not before the time to answer is over; soon after an interval, that time, the close handshake and some ticks.
    expect(took).toBeGreaterThan(OPTIONS.heartbeatTimeoutMs);
    expect(took).toBeLessThan(1_500);
  });

  it('keeps every client that answers', async () => {
    const started = await start({ options: { ...OPTIONS, heartbeatIntervalMs: 60 } });
    const connections = await connectMany(started, 10);
    const enough = connections.map(
      ({ peer }) =>
        new Promise<void>((resolve) => {
          let pings = 0;
          peer.socket.on('ping', () => ++pings === 5 && resolve());
        }),
    );
    await Promise.all(enough);
    for (const { socket, peer } of connections) {
      expect(socket.closed).toBe(false);
      await peer.barrier();
    }
  });

  it('closes the one that is dead among those that live', async () => {
    const started = await start({ options: OPTIONS });
    const connections = await connectMany(started, 5);
    const raw = await RawPeer.open(started.port);
    await raw.closed;
    for (const { peer } of connections) await peer.barrier();
    expect(started.app.get(ConnectionRegistry).size).toBe(5);
  });

  it('takes a message for a sign of life, as it takes a pong', async () => {
    const { port } = await start({ options: OPTIONS });
    const raw = await RawPeer.open(port);
    await expect.poll(() => pingsOf(raw), { interval: 5 }).toBeGreaterThan(0);
    const answered = pingsOf(raw);
    raw.socket.write(frame({ payload: '{"event":"ping"}' }));
    // The next ping can only come because this one counts as answered.
    await expect.poll(() => pingsOf(raw)).toBeGreaterThan(answered);
    expect(opcodes(raw)).not.toContain(Opcode.Close);
    raw.socket.destroy();
  });

  it('gives no verdict when the server itself was late, and asks again', async () => {
    const { port } = await start({ options: OPTIONS });
    const raw = await RawPeer.open(port);
    raw.socket.once('data', () => blockFor(OPTIONS.heartbeatTimeoutMs * 1.5));
    await raw.closed;
    // Without the delay it is one ping and the end, as above.
    expect(pingsOf(raw)).toBeGreaterThanOrEqual(2);
    expect(opcodes(raw).slice(pingsOf(raw))).toEqual([Opcode.Close]);
  });

  it('kills no healthy client when the server stalls again and again', async () => {
    const started = await start({ options: { ...OPTIONS, heartbeatIntervalMs: 60 } });
    const connections = await connectMany(started, 50);
    for (let stall = 0; stall < 5; stall++) {
      blockFor(OPTIONS.heartbeatTimeoutMs * 1.2);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const { peer } of connections) await peer.barrier();
    expect(started.app.get(ConnectionRegistry).size).toBe(50);
  });

  it('keeps a client whose answers the server itself does not read, because too many messages wait', async () => {
    @WebSocketGateway()
    class SlowGateway {
      @OnEvent('slow') slow(): Promise<string> {
        return new Promise((resolve) => setTimeout(() => resolve('done'), 1_200));
      }
    }
    const { url } = await start({
      options: { ...OPTIONS, maxPendingMessages: 2 },
      providers: [SlowGateway],
    });
    const peer = await WsPeer.connect(url);
    const answer = peer.request('slow');
    // Over the limit of those that may wait: the server stops reading, pongs too.
    for (let n = 0; n < 5; n++) peer.send('nothing');
    expect((await answer).data).toBe('done');
  });

  it('answers the pings of a client', async () => {
    const { url } = await start();
    const peer = await WsPeer.connect(url);
    const pong = new Promise((resolve) =>
      peer.socket.once('pong', (data) => resolve(data.toString())),
    );
    peer.socket.ping('are you there?');
    expect(await pong).toBe('are you there?');
  });
});
