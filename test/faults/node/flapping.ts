import { setTimeout as delay } from 'node:timers/promises';
import { BounceClient } from 'bounce-ws/client';
import { WebSocket } from 'ws';

/** What this process is told once; it answers `stop` with how often a client has come. */
export interface FlappingRequest {
  readonly count: number;
  readonly ports: readonly number[];
  /** How long each client stays, and stays away. */
  readonly everyMs: number;
}

const stopping = new AbortController();

/** Comes, shows up in a room, goes; again and again until it is told to stop. */
async function flap(userId: string, port: number, everyMs: number): Promise<number> {
  const client = new BounceClient(`ws://127.0.0.1:${port}/`, {
    WebSocket,
    getToken: () => userId,
    autoConnect: false,
  });
  let rounds = 0;
  while (!stopping.signal.aborted) {
    await client.connect();
    await client.request('show', { room: 'flapping' });
    await delay(everyMs);
    client.close();
    await delay(everyMs);
    rounds++;
  }
  return rounds;
}

let clients: readonly Promise<number>[] = [];

process.on('message', async (request: FlappingRequest | 'stop') => {
  if (request === 'stop') {
    stopping.abort();
    process.send?.((await Promise.all(clients)).reduce((sum, rounds) => sum + rounds, 0));
    process.disconnect();
    return;
  }
  const { count, ports, everyMs } = request;
  clients = Array.from({ length: count }, (_value, index) =>
    flap(`flapping-${index}`, ports[index % ports.length]!, everyMs),
  );
});
