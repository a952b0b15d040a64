import { ConnectionRegistry } from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { exchange } from '../conformance/support/exchange.js';
import { closeFrame, frame, Opcode, type RawFrame } from '../conformance/support/frames.js';
import { RawPeer } from '../support/raw-peer.js';
import { useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp();

const OK = '{"event":"echo"}';
const MEBIBYTE = 1024 * 1024;
const utf8 = (...bytes: number[]): RawFrame => ({ payload: Buffer.from(bytes) });
const piece = (opcode: number, fin: boolean, size: number): Buffer =>
  frame({ opcode, fin, payload: 'x'.repeat(size) });

describe('a frame', () => {
  it.each<[string, number, readonly Buffer[]]>([
    ['that is not masked', 1002, [frame({ payload: OK, masked: false })]],
    ['with reserved bits', 1002, [frame({ payload: OK, rsv: 7 })]],
    ['that claims to be compressed', 1002, [frame({ payload: OK, rsv: 4 })]],
    ['of an unknown opcode', 1002, [frame({ payload: OK, opcode: 3 })]],
    ['of an unknown control opcode', 1002, [frame({ opcode: 0xb })]],
    ['that continues nothing', 1002, [frame({ payload: OK, opcode: Opcode.Continuation })]],
    ['that interrupts another', 1002, [piece(1, false, 1), piece(1, true, 1)]],
    ['that is a ping in pieces', 1002, [frame({ opcode: Opcode.Ping, fin: false })]],
    ['that is a ping of 126 bytes', 1002, [piece(Opcode.Ping, true, 126)]],
    ['that closes with 999', 1002, [closeFrame(999)]],
    ['that closes with 1005', 1002, [closeFrame(1005)]],
    ['that closes with 1006', 1002, [closeFrame(1006)]],
    ['that closes with 5000', 1002, [closeFrame(5000)]],
    ['that closes with one byte', 1002, [frame({ opcode: Opcode.Close, payload: 'x' })]],
    ['that closes in bad UTF-8', 1007, [closeFrame(1000, Buffer.from([0xff]))]],
    ['of a lone continuation byte', 1007, [frame(utf8(0x22, 0x80, 0x22))]],
    ['of an overlong form', 1007, [frame(utf8(0xc0, 0xaf))]],
    ['of a surrogate', 1007, [frame(utf8(0xed, 0xa0, 0x80))]],
    ['of binary data', 1003, [frame({ payload: OK, opcode: Opcode.Binary })]],
    ['of 64 KiB and a byte', 1009, [frame({ payload: 'x'.repeat(65_537) })]],
    ['in pieces that are too large', 1009, [piece(1, false, 40_000), piece(0, true, 40_000)]],
    ['in 1 025 pieces', 1008, [piece(1, false, 1), ...Array(1_025).fill(piece(0, false, 1))]],
    ['in 5 000 empty pieces', 1008, [piece(1, false, 0), ...Array(5_000).fill(piece(0, false, 0))]],
  ])('%s closes the connection with %i', async (_what, code, frames) => {
    const outcome = await exchange(hostile.url, { frames });
    expect(outcome.closeCode).toBe(code);
    expect(outcome.messages).toEqual([]);
  });

  it.each([2n ** 62n, 2n ** 53n, 2n ** 31n, 2n ** 63n])(
    'that announces %d bytes closes with 1009 or 1002, and nothing is allocated for it',
    async (announced) => {
      const before = process.memoryUsage().arrayBuffers;
      const { closeCode } = await exchange(hostile.url, { frames: [frame({ announced })] });
      expect([1002, 1009]).toContain(closeCode);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MEBIBYTE);
    },
  );

  it('of ping, 100 000 of them from a client that reads no answer, costs no memory and ends the connection', async () => {
    const closed = firstValueFrom(hostile.app.get(ConnectionRegistry).closed$);
    const raw = await RawPeer.open(Number(hostile.url.port), '/ws');
    raw.socket.pause();
    const before = process.memoryUsage().rss;
    const pings = Buffer.concat(Array<Buffer>(1_000).fill(piece(Opcode.Ping, true, 100)));
    for (let n = 0; n < 100 && !raw.socket.destroyed; n++) {
      raw.socket.write(pings);
      await new Promise(setImmediate);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MEBIBYTE);
    expect((await closed).code).toBe(1006);
    raw.socket.destroy();
  });

  it('of close that gets no answer ends the connection after 2 s', async () => {
    const raw = await RawPeer.open(Number(hostile.url.port), '/ws');
    const startedAt = performance.now();
    raw.socket.write(frame({ payload: OK, opcode: Opcode.Binary }));
    await raw.closed;
    const elapsedMs = performance.now() - startedAt;
    expect(elapsedMs).toBeGreaterThan(1_900);
    expect(elapsedMs).toBeLessThan(3_000);
    expect(raw.frames.map(({ opcode }) => opcode)).toEqual([Opcode.Close]);
  });
});
