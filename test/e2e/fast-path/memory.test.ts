import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdleServer, IdleServerProcess, SERVERS } from './support/idle-server-process.js';

const CONNECTIONS = 600;
// V8 makes and drops things of its own at any time; the middle one of several measurements has none of it.
const MEASUREMENTS = 5;

/** Well below one reference, so nothing can be kept a handler. */
const BYTES_PER_HANDLER = 4;

describe('An idle connection, in bytes of the heap that only the code changes', () => {
  const measured = new Map<IdleServer, number[]>();
  let servers: IdleServerProcess;

  /** What one more connection makes the heap grow by. */
  async function measure(server: IdleServer): Promise<void> {
    const before = await servers.heldBytes();
    await servers.open(server, CONNECTIONS);
    const after = await servers.heldBytes();
    measured.set(server, [...(measured.get(server) ?? []), (after - before) / CONNECTIONS]);
  }

  const bytesOf = (server: IdleServer): number =>
    measured.get(server)!.toSorted((a, b) => a - b)[Math.floor(MEASUREMENTS / 2)]!;

  beforeAll(async () => {
    servers = await IdleServerProcess.start();
    // What is made once, by the servers and by V8, is made for as many connections as are then measured.
    for (const server of SERVERS) await servers.open(server, CONNECTIONS);
    for (let round = 0; round < MEASUREMENTS; round++) {
      for (const server of SERVERS) await measure(server);
    }
  }, 60_000);

  afterAll(() => servers?.stop());

  it('holds at most half as much again as one of bare ws', () => {
    const ws = bytesOf('ws');
    expect(bytesOf('bounce-ws, 1 handler')).toBeLessThan(ws * 1.5);
    expect(bytesOf('bounce-ws, 100 handlers')).toBeLessThan(ws * 1.5);
  });

  it('holds nothing for each handler', () => {
    const one = bytesOf('bounce-ws, 1 handler');
    const hundred = bytesOf('bounce-ws, 100 handlers');
    expect((hundred - one) / 99).toBeLessThan(BYTES_PER_HANDLER);
  });
});
