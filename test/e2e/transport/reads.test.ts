import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent } from 'bounce-ws';
import { beforeAll, describe, expect, it } from 'vitest';
import { frame } from '../../conformance/support/frames.js';
import { makeCertificate } from '../../support/certificate.js';
import type { StartedApp } from '../../support/start-app.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { type Connection, connectBoth, useApps } from '../../support/use-apps.js';
import type { PeerOptions } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

const READ_BYTES = 65_536;
const MOST_PIECES = 1_024;

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo')
  echo(_client: BounceSocket, text: string): string {
    return text;
  }
}

let certificate: { key: string; cert: string };
beforeAll(async () => {
  certificate = await makeCertificate();
});

/** A client that decides which of its bytes the server reads together. */
class SlicedClient {
  readonly #server: Duplex;
  readonly #own: Duplex;
  #sent = 0;
  #received = 0;
  /** What the server read, read by read. */
  readonly reads: Buffer[] = [];

  constructor(readonly connection: Connection) {
    this.#own = streamOf(connection.peer.socket);
    this.#server = streamOf(connection.socket.raw);
    this.#server.on('data', (chunk: Buffer) => {
      this.reads.push(chunk);
      this.#received += chunk.length;
    });
  }

  /** Writes bytes, and waits until the server has read them. */
  async write(bytes: Buffer): Promise<void> {
    this.#own.write(bytes);
    this.#sent += bytes.length;
    while (this.#received < this.#sent) await once(this.#server, 'data');
  }

  /** The text of the next answer. */
  async answer(): Promise<unknown> {
    return (await this.connection.peer.next('ack')).data;
  }
}

const streamOf = (ws: object): Duplex => (ws as { readonly _socket: Duplex })._socket;

let lastId = 0;

/** The frame of a message that is answered with the same text. */
function frameOf(text: string): Buffer {
  return frame({ payload: JSON.stringify({ event: 'echo', data: { text }, id: ++lastId }) });
}

const TRANSPORTS = ['TCP', 'TLS'] as const;

describe.each(TRANSPORTS)('What a client sends over %s', (transport) => {
  const isTls = transport === 'TLS';

  async function open(): Promise<StartedApp> {
    return start({
      providers: [EchoGateway],
      options: { rateLimit: false },
      ...(isTls && { httpsOptions: certificate }),
    });
  }

  const connect = async (started: StartedApp): Promise<SlicedClient> => {
    const options: PeerOptions = isTls ? { ca: certificate.cert } : {};
    return new SlicedClient(await connectBoth(started, options));
  };

  it('arrives whole, wherever it is cut', async () => {
    const client = await connect(await open());
    const length = frameOf('où est le thé').length;
    for (let cut = 1; cut < length; cut++) {
      const message = frameOf('où est le thé');
      await client.write(message.subarray(0, cut));
      await client.write(message.subarray(cut));
      expect(await client.answer()).toBe('où est le thé');
    }
  });

  it('arrives whole, byte by byte and all at once', async () => {
    const client = await connect(await open());
    for (const byte of frameOf('slow')) await client.write(Buffer.from([byte]));
    expect(await client.answer()).toBe('slow');
    const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
    await client.write(Buffer.concat(texts.map(frameOf)));
    for (const text of texts) expect(await client.answer()).toBe(text);
  });

  it('does not mix with what others send while half of it is there', async () => {
    const started = await open();
    const [ann, ben] = [await connect(started), await connect(started)];
    for (const length of [10, 125, 126, 5_000]) {
      const [a, b] = [frameOf('a'.repeat(length)), frameOf('b'.repeat(length))];
      const [halfOfA, halfOfB] = [a.length / 2, b.length / 3];
      await ann.write(a.subarray(0, halfOfA));
      await ben.write(b.subarray(0, halfOfB));
      await ben.write(b.subarray(halfOfB));
      await ann.write(a.subarray(halfOfA));
      expect(await ben.answer()).toBe('b'.repeat(length));
      expect(await ann.answer()).toBe('a'.repeat(length));
    }
  });

  it('arrives whole when it is more than is read at once', async () => {
    const client = await connect(await open());
    const texts = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(READ_BYTES / 2));
    await client.write(Buffer.concat(texts.map(frameOf)));
    for (const text of texts) expect(await client.answer()).toBe(text);
  });

  it('ends the connection when it drips in more than 1 024 pieces', async () => {
    const client = await connect(await open());
    const { peer } = client.connection;
    const message = frameOf('x'.repeat(2_000));
    const header = 8;
    await client.write(message.subarray(0, header));
    for (const byte of message.subarray(header, header + MOST_PIECES)) {
      await client.write(Buffer.of(byte));
    }
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
    streamOf(peer.socket).write(Buffer.of(0));
    expect(await peer.closed).toMatchObject({ code: 1008 });
  });

  it('waits while the connection is paused, and is then handled in order', async () => {
    const started = await open();
    const [client, other] = [await connect(started), await connect(started)];
    const { peer, socket } = client.connection;
    socket.raw.pause();
    const frames = ['1', '2', '3'].map(frameOf);
    streamOf(peer.socket).write(Buffer.concat(frames));
    for (let round = 0; round < 5; round++) await other.connection.peer.barrier();
    expect(client.reads).toEqual([]);
    socket.raw.resume();
    for (const text of ['1', '2', '3']) expect(await client.answer()).toBe(text);
  });
});

describe('The memory of what was read', () => {
  /** How much memory a read keeps as long as anything of it is kept. */
  const memoryOf = ({ reads }: SlicedClient): number => reads.at(-1)!.buffer.byteLength;

  it('is shared for a message that came whole, and its own for a part of one', async () => {
    const client = new SlicedClient(await connectBoth(await start({ providers: [EchoGateway] })));
    const [whole, cut] = [frameOf('whole'), frameOf('cut')];
    await client.write(whole);
    expect(memoryOf(client)).toBe(Buffer.poolSize);
    await client.write(cut.subarray(0, 20));
    expect(memoryOf(client)).toBe(20);
    // What looks like a whole frame may be the middle of another one.
    const rest = Buffer.alloc(6);
    rest[0] = 0x81;
    await client.write(rest);
    expect(memoryOf(client)).toBe(rest.length);
  });
});
