import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frame } from '../conformance/support/frames.js';
import { RawPeer } from '../support/raw-peer.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { Witness } from './support/witness.js';

const SCRIPT = fileURLToPath(new URL('support/flood-server.js', import.meta.url));
const FLOOD = Buffer.concat(
  Array<Buffer>(10_000).fill(frame({ payload: '{"event":"echo","data":1}' })),
);

describe('10 000 messages in one TCP write', () => {
  let server: ServerProcess;
  let witness: Witness;

  beforeAll(async () => {
    server = await startServerProcess(SCRIPT);
    witness = await Witness.start(`ws://127.0.0.1:${server.port}`);
  });

  afterAll(async () => {
    await witness.stop();
    await server.stop();
  });

  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`http://127.0.0.1:${server.port}${path}`)).json()) as T;
  const heldMs = async (): Promise<number> => (await ask<{ p99Ms: number }>('/delay')).p99Ms;

  /** Floods once. @returns for how long the server's event loop was held meanwhile, in milliseconds */
  async function flood(): Promise<number> {
    await heldMs();
    const raw = await RawPeer.open(server.port);
    raw.socket.write(FLOOD);
    const received = (): number => raw.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    await expect.poll(received, { interval: 10 }).toBeGreaterThan(1_000_000);
    expect(raw.frames.slice(0, 200).every(({ payload }) => payload.includes('"echo"'))).toBe(true);
    expect(raw.frames.at(-1)?.payload.toString()).toContain('rate_limited');
    raw.socket.destroy();
    return heldMs();
  }

  it('hold the event loop for at most 50 ms at a time, and nobody else notices', async () => {
    await witness.testify();
    const times: number[] = [];
    for (let time = 0; time < 5; time++) times.push(await flood());
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(50);
    expect((await witness.testify()).disorder).toEqual([]);
    // Of those who flooded nothing is left but the two of the witness.
    await expect.poll(() => ask('/sockets'), { timeout: 5_000 }).toEqual({ count: 2 });
  });
});
