import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BounceSocket, BroadcastService, ConnectionRegistry, isEventName } from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { RawPeer } from '../support/raw-peer.js';
import { useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp();

/** https://github.com/minimaxir/big-list-of-naughty-strings */
const NAUGHTY = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('big-list-of-naughty-strings/blns.json'),
    'utf8',
  ),
) as readonly string[];

const raws: RawPeer[] = [];
// Registered after the witness's own, so it runs before it.
afterEach(() => {
  for (const raw of raws.splice(0)) raw.socket.destroy();
});

async function openRaw(): Promise<{ raw: RawPeer; socket: BounceSocket }> {
  const opened = firstValueFrom(hostile.app.get(ConnectionRegistry).opened$);
  const raw = await RawPeer.open(Number(hostile.url.port), '/ws');
  raws.push(raw);
  return { raw, socket: await opened };
}

describe('1 000 messages a second', () => {
  it('are refused after the burst and end with 4429', async () => {
    const peer = await hostile.connect();
    let refused = 0;
    let handled = 0;
    peer.socket.on('message', (data: Buffer) => {
      if (data.includes('rate_limited')) refused++;
      else handled++;
    });
    const flood = setInterval(() => {
      for (let n = 0; n < 20; n++) peer.sendRaw('{"event":"echo","data":1}');
    }, 20);
    const { code } = await peer.closed;
    clearInterval(flood);
    expect(code).toBe(4429);
    expect(handled).toBeGreaterThanOrEqual(200);
    expect(handled).toBeLessThan(1_200);
    expect(refused).toBeGreaterThan(1_000);
  });
});

describe('a reader that has stopped, in a room at 1 MB/s', () => {
  it('is gone within 10 s, and the others get everything', async () => {
    const { raw, socket } = await openRaw();
    const peer = await hostile.connect();
    const reader = await firstReader(socket);
    raw.socket.pause();
    await socket.join('stream');
    await reader.join('stream');
    const startedAt = performance.now();
    const closed = firstValueFrom(hostile.app.get(ConnectionRegistry).closed$);
    let sent = 0;
    const block = 'x'.repeat(60_000);
    const stream = setInterval(() => {
      hostile.app.get(BroadcastService).to('stream').emit('block', { n: sent++, block });
    }, 50);
    const gone = await closed;
    clearInterval(stream);
    expect(gone).toMatchObject({ socket, code: 1013 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (let n = 0; n < sent; n++) {
      expect((await peer.next('block')).data).toMatchObject({ n });
    }
  });

  /** The socket that was opened last, other than one. */
  async function firstReader(other: BounceSocket): Promise<BounceSocket> {
    const sockets = [...hostile.app.get(ConnectionRegistry).sockets];
    return sockets.filter((socket) => socket !== other).at(-1)!;
  }
});

describe('the Big List of Naughty Strings', () => {
  const BATCH = 80;
  const batches = Array.from({ length: Math.ceil(NAUGHTY.length / BATCH) }, (_value, index) =>
    NAUGHTY.slice(index * BATCH, (index + 1) * BATCH),
  );

  it('comes back as data, the same bytes', async () => {
    for (const batch of batches) {
      const peer = await hostile.connect();
      for (const text of batch) {
        expect((await peer.request('echo', { text, [text]: text })).data).toEqual({
          text,
          [text]: text,
        });
      }
    }
  });

  it('is refused as an event and taken or refused as a room, and nothing else happens', async () => {
    for (const batch of batches) {
      const peer = await hostile.connect();
      for (const text of batch) {
        const { event, data } = await peer.request('join', { room: text });
        const isName = /^[A-Za-z0-9_:.\-/@#=+]{1,128}$/.test(text);
        if (isName) expect(event).toBe('ack');
        else expect(data).toMatchObject({ code: 'invalid_payload' });
        if (isName) await peer.request('leave', { room: text });
      }
    }
    for (const text of NAUGHTY) {
      const peer = await hostile.connect();
      const { data } = await peer.request(text, {});
      expect(data).toMatchObject({ code: isEventName(text) ? 'unknown_event' : 'bad_envelope' });
      peer.socket.terminate();
    }
  });
});
