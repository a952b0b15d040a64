import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WsPeer } from '../support/ws-peer.js';
import { exchange } from './support/exchange.js';
import { closeFrame, frame, Opcode } from './support/frames.js';
import { startOwnServer } from './support/servers.js';
import { useTarget } from './support/target.js';

const target = useTarget();

describe('11.1 Heartbeat', () => {
  it.each(['', 'x', 'x'.repeat(125)])('answers a ping with its %j', async (payload) => {
    const peer = await target.connect();
    peer.socket.ping(payload);
    const [answer] = (await once(peer.socket, 'pong')) as [Buffer];
    expect(answer.toString()).toBe(payload);
  });

  it('does not mind a pong it did not ask for', async () => {
    const peer = await target.connect();
    peer.socket.pong('unasked');
    expect((await peer.request('echo', 1)).data).toBe(1);
  });
});

describe('11.3 Closing', () => {
  it.each([1000, 1001, 1011, 3000, 4000, 4999])(
    'answers a close frame of %i with the same code',
    async (code) => {
      const { closeCode } = await exchange(target.url, { frames: [closeFrame(code)] });
      expect(closeCode).toBe(code);
    },
  );

  it('answers a close frame without a code', async () => {
    const { closeCode } = await exchange(target.url, {
      frames: [frame({ opcode: Opcode.Close })],
    });
    expect([1000, 1005]).toContain(closeCode);
  });

  it('takes no message after a close frame', async () => {
    const witness = await target.connect();
    await witness.request('join', { room: 'last-words' });
    const payload = '{"event":"say","data":{"room":"last-words","text":"too late"}}';
    await exchange(target.url, { frames: [closeFrame(1000), frame({ payload })] });
    expect(await target.settled(witness)).toEqual([]);
  });

  it('handles messages that came before the close frame', async () => {
    const witness = await target.connect();
    await witness.request('join', { room: 'first-words' });
    const payload = '{"event":"say","data":{"room":"first-words","text":"in time"}}';
    await exchange(target.url, { frames: [frame({ payload }), closeFrame(1000)] });
    expect(await witness.next()).toMatchObject({ event: 'say', data: { text: 'in time' } });
  });

  it('takes a connection that ends without a word out of its rooms', async () => {
    const [witness, gone] = [await target.connect(), await target.connect()];
    await gone.request('join', { room: 'gone' });
    gone.socket.terminate();
    await gone.closed;
    await expect
      .poll(async () => (await witness.request('members', { room: 'gone' })).data)
      .toEqual([]);
  });
});

describe('11.4 Shutdown', () => {
  it('closes every connection with 1012 and a hint when to come back (on a server of its own)', async () => {
    const server = await startOwnServer();
    const peers = await Promise.all(Array.from({ length: 20 }, () => WsPeer.connect(server.url)));
    peers[0]!.send('slow', { ms: 50 }, { id: 1 });
    peers[1]!.send('count', { to: 2, everyMs: 60_000 }, { id: 1 });
    await Promise.all([peers[0]!.wasRead(), peers[1]!.next()]);
    await server.close();
    const ends = await Promise.all(peers.map(({ closed }) => closed));
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1012]));
    for (const { reason } of ends) expect(reason).toMatch(/; retry-after=\d+$/);
    expect(await peers[0]!.next()).toMatchObject({ event: 'ack', id: 1 });
    await expect(WsPeer.connect(server.url)).rejects.toThrow();
  });
});
