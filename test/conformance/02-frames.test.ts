import { describe, expect, it } from 'vitest';
import { exchange, type Outcome } from './support/exchange.js';
import { closeFrame, frame, Opcode } from './support/frames.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const MAX_BYTES = 65_536;
const MAX_FRAGMENTS = 1_024;

/** An `echo` whose frame has exactly that many bytes. */
function echoOf(bytes: number): string {
  const [before, after] = ['{"event":"echo","id":1,"data":"', '"}'];
  return before + 'x'.repeat(bytes - before.length - after.length) + after;
}

/** One message cut into fragments of that many bytes. */
function fragments(text: string, bytes: number): Buffer[] {
  const count = Math.ceil(text.length / bytes);
  return Array.from({ length: count }, (_value, index) =>
    frame({
      opcode: index === 0 ? Opcode.Text : Opcode.Continuation,
      payload: text.slice(index * bytes, (index + 1) * bytes),
      fin: index === count - 1,
    }),
  );
}

/** Sends frames, and waits until the server closes. */
function send(...frames: Buffer[]): Promise<Outcome> {
  return exchange(target.url, { frames });
}

/** Sends the frames of a message, and waits for one. */
function sendGood(...frames: Buffer[]): Promise<Outcome> {
  return exchange(target.url, { frames, messages: 1 });
}

const badUtf8 = Buffer.from([0x22, 0xc3, 0x28, 0x22]);

describe('2.1 Kinds of frames', () => {
  it.each([
    ['with bytes', frame({ opcode: Opcode.Binary, payload: Buffer.from([1, 2, 3]) })],
    ['with JSON', frame({ opcode: Opcode.Binary, payload: '{"event":"echo","id":1}' })],
    ['that is empty', frame({ opcode: Opcode.Binary })],
  ])('closes with 1003 on a binary frame %s', async (_what, binary) => {
    const { closeCode, messages } = await send(binary);
    expect({ closeCode, messages }).toEqual({ closeCode: 1003, messages: [] });
  });

  it('takes a text in fragments, with a ping between them, for one message', async () => {
    const [first, second] = fragments('{"event":"echo","id":1,"data":"hello"}', 20);
    const { messages } = await sendGood(first!, frame({ opcode: Opcode.Ping }), second!);
    expect(messages).toMatchObject([{ event: 'ack', id: 1, data: 'hello' }]);
  });

  it('takes a character that is cut in two by fragments', async () => {
    const text = Buffer.from('{"event":"echo","id":1,"data":"é"}');
    const cut = text.indexOf(0xa9);
    const { messages } = await sendGood(
      frame({ payload: text.subarray(0, cut), fin: false }),
      frame({ opcode: Opcode.Continuation, payload: text.subarray(cut) }),
    );
    expect(messages).toMatchObject([{ event: 'ack', id: 1, data: 'é' }]);
  });
});

describe('2.2 RFC 6455', () => {
  it.each([
    ['that is not masked', [frame({ payload: '{}', masked: false })]],
    ['with the first reserved bit', [frame({ payload: '{}', rsv: 4 })]],
    ['with the second reserved bit', [frame({ payload: '{}', rsv: 2 })]],
    ['with the third reserved bit', [frame({ payload: '{}', rsv: 1 })]],
    ['with opcode 3', [frame({ opcode: 0x3 })]],
    ['with opcode 7', [frame({ opcode: 0x7 })]],
    ['with opcode 11', [frame({ opcode: 0xb })]],
    ['with opcode 15', [frame({ opcode: 0xf })]],
    ['that continues nothing', [frame({ opcode: Opcode.Continuation, payload: '{}' })]],
    ['inside another', [frame({ payload: '{', fin: false }), frame({ payload: '}' })]],
    ['that is a ping in fragments', [frame({ opcode: Opcode.Ping, fin: false })]],
    ['that is a ping of 126 bytes', [frame({ opcode: Opcode.Ping, payload: Buffer.alloc(126) })]],
    ['that closes with half a code', [frame({ opcode: Opcode.Close, payload: Buffer.alloc(1) })]],
    ['that closes with 0', [closeFrame(0)]],
    ['that closes with 999', [closeFrame(999)]],
    ['that closes with 1005', [closeFrame(1005)]],
    ['that closes with 1006', [closeFrame(1006)]],
    ['that closes with 5000', [closeFrame(5000)]],
  ])('closes with 1002 on a frame %s', async (_what, frames) => {
    expect((await send(...frames)).closeCode).toBe(1002);
  });

  it.each([
    ['text', [frame({ payload: badUtf8 })]],
    [
      'text in fragments',
      [
        frame({ payload: badUtf8.subarray(0, 2), fin: false }),
        frame({ opcode: Opcode.Continuation, payload: badUtf8.subarray(2) }),
      ],
    ],
    ['close reason', [closeFrame(1000, badUtf8)]],
  ])('closes with 1007 on a %s that is not UTF-8', async (_what, frames) => {
    expect((await send(...frames)).closeCode).toBe(1007);
  });

  it('handles what came before the frame that breaks the rules, and nothing after it', async () => {
    const witness = await target.connect();
    await witness.request('join', { room: 'frames' });
    const say = (text: string): Buffer =>
      frame({ payload: JSON.stringify({ event: 'say', data: { room: 'frames', text } }) });
    const ping = frame({ payload: '{"event":"ping","id":1}' });
    const { closeCode, messages } = await send(
      say('before'),
      ping,
      frame({ opcode: 0x3 }),
      say('after'),
    );
    expect(closeCode).toBe(1002);
    // The answer to what came before is on its way before the close frame (8.4).
    expect(messages).toMatchObject([{ event: 'pong', id: 1 }]);
    expect(await target.settled(witness)).toMatchObject([
      { event: 'say', data: { text: 'before' } },
    ]);
  });
});

describe('2.3 Size', () => {
  it('handles a message of 65 536 bytes', async () => {
    const { messages } = await sendGood(frame({ payload: echoOf(MAX_BYTES) }));
    expect(messages).toMatchObject([{ event: 'ack', id: 1 }]);
  });

  it('counts bytes, not characters', async () => {
    const text = `{"event":"echo","data":"${'é'.repeat(MAX_BYTES / 2)}"}`;
    expect((await send(frame({ payload: text }))).closeCode).toBe(1009);
  });

  it.each([
    ['of 65 537 bytes', [frame({ payload: echoOf(MAX_BYTES + 1) })]],
    ['that announces 65 537 bytes', [frame({ announced: BigInt(MAX_BYTES + 1) })]],
    ['that announces 2^62 bytes', [frame({ announced: 2n ** 62n })]],
    ['whose fragments sum up to 65 537 bytes', fragments(echoOf(MAX_BYTES + 1), 10_000)],
    [
      'that is binary and too large',
      [frame({ opcode: Opcode.Binary, payload: Buffer.alloc(MAX_BYTES + 1) })],
    ],
  ])('closes with 1009 on a frame %s', async (_what, frames) => {
    const { closeCode, messages } = await send(...frames);
    expect({ closeCode, messages }).toEqual({ closeCode: 1009, messages: [] });
  });

  it('handles a message in 1 024 fragments', async () => {
    const pieces = fragments(echoOf(MAX_FRAGMENTS), 1);
    const { messages } = await sendGood(...pieces);
    expect(messages).toMatchObject([{ event: 'ack', id: 1 }]);
  });

  it('closes with 1008 on a frame in 1 025 fragments', async () => {
    const pieces = fragments(echoOf(MAX_FRAGMENTS + 1), 1);
    expect((await send(...pieces)).closeCode).toBe(1008);
  });
});
