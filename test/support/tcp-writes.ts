import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Counts the writes of an HTTP server's sockets, each of which is a system call. What the client reads in one go says
 * nothing: on one machine the kernel glues together whatever was written before the client got its turn.
 */
export class TcpWrites {
  #count = 0;
  readonly #chunks = new Set<unknown>();

  /** Counts on the connections that are made from now on. */
  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      // What every Writable calls to get rid of one chunk, or of all that were corked together.
      const write = socket._write.bind(socket);
      const writev = socket._writev?.bind(socket);
      socket._write = (...args) => {
        this.#note(args[0]);
        write(...args);
      };
      socket._writev = (...args) => {
        this.#note(args[0]);
        writev?.(...args);
      };
    });
  }

  /** How many there were while `action` ran. */
  async during(action: () => Promise<unknown>): Promise<number> {
    const before = this.#count;
    await action();
    return this.#count - before;
  }

  /** How many buffers were written while `action` ran; one that several sockets write counts once. */
  async buffersDuring(action: () => Promise<unknown>): Promise<number> {
    this.#chunks.clear();
    await action();
    return this.#chunks.size;
  }

  #note(chunk: unknown): void {
    this.#count++;
    this.#chunks.add(chunk);
  }
}
