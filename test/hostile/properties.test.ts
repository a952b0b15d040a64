import * as fc from 'fast-check';
import { ConnectionRegistry } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { frame } from '../conformance/support/frames.js';
import { RawPeer } from '../support/raw-peer.js';
import { useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp();

const EVENTS = [
  'echo',
  'add',
  'join',
  'leave',
  'rooms',
  'move',
  'count',
  'subscribe',
  'cancel',
  'ack',
  'ping',
];

const envelope = fc.record(
  {
    event: fc.oneof(fc.constantFrom(...EVENTS), fc.string({ maxLength: 140 }), fc.jsonValue()),
    data: fc.jsonValue({ maxDepth: 4 }),
    id: fc.oneof(fc.integer(), fc.string({ maxLength: 70 }), fc.jsonValue()),
    timestamp: fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
);

/** The bytes of a message that is nearly one. */
const nearlyMessage = fc.oneof(
  envelope.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.tuple(envelope, fc.nat(40)).map(([value, cut]) => JSON.stringify(value).slice(cut)),
);

const anyFrame = fc.record(
  {
    opcode: fc.nat(15),
    payload: fc.oneof(nearlyMessage, fc.uint8Array({ maxLength: 200 })),
    fin: fc.boolean(),
    rsv: fc.nat(7),
    masked: fc.boolean(),
    announced: fc.bigInt({ min: 0n, max: 2n ** 63n }),
  },
  { requiredKeys: ['payload'] },
);

const HANDSHAKE = [
  'GET /ws HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const HEADERS = [
  'Host',
  'Origin',
  'Authorization',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
  'X-Forwarded-For',
];
const PATHS = ['/ws', '/wszero', '/microsockets', '/bazis'];

/** Sends bytes, and is done when the server has read all of them or ended the connection. */
async function send(bytes: Buffer, path = '/ws'): Promise<void> {
  await sendOn(await RawPeer.open(Number(hostile.url.port), path), bytes);
}

async function sendOn(raw: RawPeer, bytes: Buffer): Promise<void> {
  raw.socket.resume();
  raw.socket.write(bytes);
  raw.socket.end();
  await raw.closed;
}

describe('no input', () => {
  it('in frames that are legal keeps the next request of that client from its answer, or is closed for it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nearlyMessage, { maxLength: 9 }), async (texts) => {
        const peer = await hostile.connect();
        for (const text of texts) peer.sendRaw(text);
        const answer = await Promise.race([
          peer.request('add', { a: 1, b: 2 }).then(
            ({ data }) => data,
            () => 'closed',
          ),
          peer.closed.then(() => 'closed'),
        ]);
        expect([3, 'closed']).toContain(answer);
        peer.socket.terminate();
      }),
      { numRuns: 300 },
    );
  });

  it('in frames of any kind ends the process or disturbs another client', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFrame, { maxLength: 6 }),
        fc.constantFrom(...PATHS),
        async (frames, path) => {
          await send(Buffer.concat(frames.map((one) => frame(one))), path);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of bytes that are no frames at all does either', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        await send(Buffer.from(bytes));
      }),
      { numRuns: 200 },
    );
  });

  it('in place of a handshake does either', async () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 60 });
    const line = fc.oneof(
      anyText,
      fc.tuple(anyText, anyText).map(([name, value]) => `${name}: ${value}`),
      fc.tuple(fc.constantFrom(...HEADERS), anyText).map(([name, value]) => `${name}: ${value}`),
      fc.constantFrom(...HANDSHAKE),
    );
    const head = fc
      .tuple(
        fc.oneof(
          fc.constantFrom(HANDSHAKE[0]!),
          anyText.map((target) => `GET ${target} HTTP/1.1`),
        ),
        fc.array(line, { maxLength: 12 }),
      )
      .map(([first, lines]) => [first, ...lines, '', ''].join('\r\n'));
    await fc.assert(
      fc.asyncProperty(head, async (text) => {
        await sendOn(await RawPeer.dial(Number(hostile.url.port)), Buffer.from(text));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves a connection behind', async () => {
    await expect.poll(() => hostile.app.get(ConnectionRegistry).size).toBe(2);
  });
});
