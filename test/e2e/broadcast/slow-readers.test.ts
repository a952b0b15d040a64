import { WebSocketGateway } from '@nestjs/websockets';
import {
  AbstractSender,
  type BounceSocket,
  BroadcastService,
  ConnectionRegistry,
  EmitEvery,
  SenderRegistry,
  type SlowReaderPolicy,
} from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { frame, Opcode } from '../../conformance/support/frames.js';
import { RawPeer } from '../../support/raw-peer.js';
import type { StartedApp } from '../../support/start-app.js';
import { TimerAccount } from '../../support/timers.js';
import { connectBoth, eventsSoFar, useApps } from '../../support/use-apps.js';

const start = useApps();

const MEBIBYTE = 1024 * 1024;
const OPTIONS = { maxQueuedBytes: 64 * MEBIBYTE };

interface SlowClient {
  readonly raw: RawPeer;
  readonly socket: BounceSocket;
}

/** A client that has stopped reading, and for which so much was sent that some of it waits in the server. */
async function connectSlow(
  { app, port }: StartedApp,
  requests: readonly Buffer[] = [],
): Promise<SlowClient> {
  const opened = firstValueFrom(app.get(ConnectionRegistry).opened$);
  const raw = await RawPeer.open(port);
  const socket = await opened;
  for (const request of requests) raw.socket.write(request);
  await expect.poll(() => raw.frames.length).toBe(requests.length);
  raw.chunks.length = 0;
  raw.socket.pause();
  const block = 'x'.repeat(MEBIBYTE);
  while (socket.bufferedAmount === 0) {
    socket.emit('block', block);
    await new Promise(setImmediate);
  }
  return { raw, socket };
}

interface Arrived {
  readonly event: string;
  readonly data: unknown;
}

/** Reads on until a message of that event has come. @returns all messages but the blocks */
async function readUntil({ raw }: SlowClient, event: string): Promise<Arrived[]> {
  raw.socket.resume();
  const messages = (): Arrived[] =>
    raw.frames
      .filter(({ opcode, payload }) => opcode === Opcode.Text && payload.length < 1_000)
      .map(({ payload }) => JSON.parse(payload.toString()) as Arrived);
  await expect
    .poll(() => messages().map((message) => message.event), { timeout: 10_000 })
    .toContain(event);
  return messages();
}

const texts = (messages: readonly Arrived[]): string[] =>
  messages.map(({ event, data }) => `${event} ${JSON.stringify(data)}`);

describe('a broadcast to a client that is behind', () => {
  it('waits when nothing else was said', async () => {
    const started = await start({ options: OPTIONS });
    const slow = await connectSlow(started);
    const all = started.app.get(BroadcastService).toAll();
    for (let n = 1; n <= 3; n++) all.emit('n', n);
    all.emit('end');
    expect(texts(await readUntil(slow, 'end'))).toEqual(['n 1', 'n 2', 'n 3', 'end {}']);
    slow.raw.socket.destroy();
  });

  it('is dropped when it is volatile, and reaches everybody else', async () => {
    const started = await start({ options: OPTIONS });
    const { peer } = await connectBoth(started);
    const slow = await connectSlow(started);
    const all = started.app.get(BroadcastService).toAll();
    all.volatile().emit('n', 1);
    all.emit('end');
    expect(texts(await readUntil(slow, 'end'))).toEqual(['end {}']);
    expect(await peer.next()).toMatchObject({ event: 'n', data: 1 });
    slow.raw.socket.destroy();
  });

  it('leaves the latest of each key for it when it is coalesced, the latest key last', async () => {
    const started = await start({ options: OPTIONS });
    const { peer } = await connectBoth(started);
    const slow = await connectSlow(started);
    const all = started.app.get(BroadcastService).toAll();
    for (let n = 1; n <= 50; n++) {
      all.coalesce('a').emit('position', { of: 'a', n });
      if (n <= 40) all.coalesce('b').emit('position', { of: 'b', n });
    }
    all.emit('not coalesced');
    await expect.poll(() => slow.socket.bufferedAmount).toBeGreaterThan(0);
    const seen = await readUntil(slow, 'position');
    await expect.poll(() => slow.raw.frames.at(-1)?.payload.toString()).toContain('"n":50');
    expect(texts(seen)[0]).toBe('not coalesced {}');
    const positions = slow.raw.frames
      .map(({ payload }) => payload.toString())
      .filter((text) => text.includes('"position"'));
    expect(positions).toHaveLength(2);
    expect(positions[0]).toContain('{"of":"b","n":40}');
    expect(positions[1]).toContain('{"of":"a","n":50}');
    // Whoever reads gets every one.
    const everything = await eventsSoFar(peer);
    expect(everything.filter((event) => event === 'position')).toHaveLength(90);
    slow.raw.socket.destroy();
  });

  it('is coalesced by its event when no key is given', async () => {
    const started = await start({ options: OPTIONS });
    const slow = await connectSlow(started);
    const all = started.app.get(BroadcastService).toAll().coalesce();
    for (let n = 1; n <= 5; n++) {
      all.emit('x', n);
      all.emit('y', n);
    }
    const seen = await readUntil(slow, 'y');
    expect(texts(seen)).toEqual(['x 5', 'y 5']);
    slow.raw.socket.destroy();
  });

  it('goes out at once again when the client has caught up', async () => {
    const started = await start({ options: OPTIONS });
    const slow = await connectSlow(started);
    const all = started.app.get(BroadcastService).toAll().coalesce();
    all.emit('x', 1);
    await readUntil(slow, 'x');
    await expect.poll(() => slow.socket.bufferedAmount).toBe(0);
    for (let n = 2; n <= 4; n++) all.emit('x', n);
    all.emit('end');
    expect(texts(await readUntil(slow, 'end'))).toEqual(['x 1', 'x 2', 'x 3', 'x 4', 'end {}']);
    slow.raw.socket.destroy();
  });

  it('counts against maxQueuedBytes while it waits: endless keys end the connection', async () => {
    const started = await start({ options: { maxQueuedBytes: 8 * MEBIBYTE } });
    const slow = await connectSlow(started);
    const closed = firstValueFrom(started.app.get(ConnectionRegistry).closed$);
    const all = started.app.get(BroadcastService).toAll();
    for (let n = 0; n < 200; n++) all.coalesce(`key ${n}`).emit('x', 'x'.repeat(64 * 1024));
    expect(await closed).toMatchObject({ code: 1013, socket: slow.socket });
    slow.raw.socket.destroy();
  });

  it('needs a timer only while a client is behind, and none after it has gone', async () => {
    const account = new TimerAccount().open();
    try {
      const started = await start({ options: OPTIONS });
      const slow = await connectSlow(started);
      const before = (await account.alive()).filter((stack) => stack.includes('catch-up'));
      started.app.get(BroadcastService).toAll().coalesce().emit('x', 1);
      const during = (await account.alive()).filter((stack) => stack.includes('catch-up'));
      slow.socket.terminate();
      await expect
        .poll(async () => (await account.alive()).filter((stack) => stack.includes('catch-up')))
        .toEqual([]);
      expect([before.length, during.length]).toEqual([0, 1]);
      slow.raw.socket.destroy();
    } finally {
      account.close();
    }
  });
});

describe('client.emit()', () => {
  it('has the same choice in its options', async () => {
    const started = await start({ options: OPTIONS });
    const slow = await connectSlow(started);
    for (let n = 1; n <= 5; n++) {
      slow.socket.emit('volatile', n, { volatile: true });
      slow.socket.emit('latest', n, { coalesceKey: 'latest' });
    }
    expect(texts(await readUntil(slow, 'latest'))).toEqual(['latest 5']);
    slow.raw.socket.destroy();
  });
});

describe('a sender', () => {
  class NumberSender extends AbstractSender<number, [number]> {
    readonly event = 'number';

    constructor(override readonly slowReaders?: SlowReaderPolicy) {
      super();
    }

    protected createMessageData(n: number): number {
      return n;
    }
  }

  async function sendTo(
    slowReaders: SlowReaderPolicy | undefined,
    own: SlowReaderPolicy | undefined,
  ): Promise<string[]> {
    const started = await start({
      options: { ...OPTIONS, ...(slowReaders === undefined ? {} : { slowReaders }) },
    });
    const sender = new NumberSender(own);
    started.app.get(SenderRegistry).register(sender);
    const slow = await connectSlow(started, [
      frame({ payload: '{"event":"subscribe","id":1,"data":{"events":["number"]}}' }),
    ]);
    for (let n = 1; n <= 5; n++) await sender.send(n);
    if (slowReaders !== 'coalesce' || own !== undefined) slow.socket.emit('end');
    const seen = await readUntil(
      slow,
      own === undefined && slowReaders === 'coalesce' ? 'number' : 'end',
    );
    slow.raw.socket.destroy();
    return texts(seen);
  }

  it('keeps its messages waiting by default', async () => {
    expect(await sendTo(undefined, undefined)).toEqual([
      'number 1',
      'number 2',
      'number 3',
      'number 4',
      'number 5',
      'end {}',
    ]);
  });

  it('follows the option slowReaders', async () => {
    expect(await sendTo('drop-volatile', undefined)).toEqual(['end {}']);
    expect(await sendTo('coalesce', undefined)).toEqual(['number 5']);
  });

  it('may have a policy of its own', async () => {
    expect(await sendTo('coalesce', 'drop-volatile')).toEqual(['end {}']);
  });

  it('that has a policy nobody knows fails at boot, by its name', async () => {
    @WebSocketGateway()
    class TickGateway {
      @EmitEvery('tick', { rateHz: 1, slowReaders: 'sometimes' as SlowReaderPolicy })
      tick(): number {
        return 1;
      }
    }
    await expect(start({ providers: [TickGateway] })).rejects.toThrow(
      /TickGateway\.tick.*slowReaders/,
    );
  });

  it('cannot send "ping", which means something else to clients', async () => {
    @WebSocketGateway()
    class PingGateway {
      @EmitEvery('ping', { rateHz: 1 }) tick(): number {
        return 1;
      }
    }
    await expect(start({ providers: [PingGateway] })).rejects.toThrow(/PingGateway\.tick.*"ping"/);
  });
});
