import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** In every good token of the tests, and nowhere else. */
export const SENTINEL = 'SentinelSentinelSentinel';

/** The sentinel in the clear, and as it stands in a JWT: base64 of three shifts of it. */
export const TRACES: readonly string[] = [
  SENTINEL,
  ...[0, 1, 2].map((shift) =>
    Buffer.from(`${'x'.repeat(shift)}${SENTINEL}`)
      .toString('base64url')
      .slice(4, -4),
  ),
];

const LONGEST_TRACE = Math.max(...TRACES.map(({ length }) => length));

/**
 * Looks for the sentinel where a token has no business to be.
 *
 * @example
 * const watch = new SentinelWatch();
 * await watch.monitor(redis.port);
 * watch.listen(peer.socket);
 * watch.stop();
 * expect(watch.hits).toEqual([]);
 */
export class SentinelWatch {
  /** Where it was found. */
  readonly hits: string[] = [];
  // Streams come in pieces: the end of one is read again with the next.
  readonly #ends = new Map<string, string>();
  #monitor: Socket | undefined;

  /** Looks at a piece of what is written to a place. */
  read(place: string, piece: string | Uint8Array): void {
    const text = (this.#ends.get(place) ?? '') + Buffer.from(piece).toString('latin1');
    if (TRACES.some((trace) => text.includes(trace))) this.hits.push(place);
    this.#ends.set(place, text.slice(1 - LONGEST_TRACE));
  }

  /** Looks at everything that a client is sent. */
  listen(socket: WebSocket): void {
    socket.on('message', (data: Buffer) => this.read('a message', data));
    socket.on('close', (_code, reason) => this.read('a close reason', reason));
  }

  /** Looks at every command that a Redis is sent, by whatever connection. */
  async monitor(port: number): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    this.#monitor = socket;
    socket.write('MONITOR\r\n');
    await once(socket, 'data');
    socket.on('data', (piece: Buffer) => this.read('Redis', piece));
  }

  /** Ends {@link monitor}. */
  stop(): void {
    this.#monitor?.destroy();
  }
}
