import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdleServer, IdleServerProcess } from './support/idle-server-process.js';

/** What a server makes once, when the first connections come, is made by then. */
const WARM_UP = 300;
const CONNECTIONS = 700;

/** Well below one reference, so nothing can be kept a handler. */
const BYTES_PER_HANDLER = 4;

describe('An idle connection, in bytes of the heap that only the code changes', () => {
  const bytes = new Map<IdleServer, number>();
  let servers: IdleServerProcess;

  /** What one more connection makes the heap grow by. */
  async function measure(server: IdleServer): Promise<void> {
    await servers.open(server, WARM_UP);
    const before = await servers.heldBytes();
    await servers.open(server, CONNECTIONS);
    const after = await servers.heldBytes();
    bytes.set(server, (after - before) / CONNECTIONS);
  }

  beforeAll(async () => {
    servers = await IdleServerProcess.start();
    await measure('ws');
    await measure('bounce-ws, 1 handler');
    await measure('bounce-ws, 100 handlers');
  }, 60_000);

  afterAll(() => servers?.stop());

  it('holds at most half as much again as one of bare ws', () => {
    const ws = bytes.get('ws')!;
    expect(bytes.get('bounce-ws, 1 handler')).toBeLessThan(ws * 1.5);
    expect(bytes.get('bounce-ws, 100 handlers')).toBeLessThan(ws * 1.5);
  });

  it('holds nothing for each handler', () => {
    const one = bytes.get('bounce-ws, 1 handler')!;
    const hundred = bytes.get('bounce-ws, 100 handlers')!;
    expect((hundred - one) / 99).toBeLessThan(BYTES_PER_HANDLER);
  });
});
