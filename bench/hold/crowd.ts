import { once } from 'node:events';
import { WebSocket } from 'ws';

const PARALLEL = 50;

/** Opens one connection. */
export async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Does something so many times, some at once. */
export async function inParallel(
  count: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/** Opens so many connections. */
export async function connectMany(url: string, count: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  await inParallel(count, async () => {
    sockets.push(await connect(url));
  });
  return sockets;
}
