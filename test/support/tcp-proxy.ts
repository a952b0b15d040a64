import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A way through a proxy: `up` is from the client to the server. */
export type Direction = 'up' | 'down';

/** One end of a connection through a proxy. */
export type End = 'client' | 'server';

/** One connection: the two sockets it is made of. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more, not even the news of an end. */
  isCut: boolean;
}

/**
 * The network between a client and a server, for a test to spoil: what can happen to a TCP connection on its way happens
 * here, to real ones. What is spoiled stays spoiled until {@link heal}.
 *
 * @example
 * const proxy = await TcpProxy.listen(serverPort);
 * const client = new BounceClient(`ws://127.0.0.1:${proxy.port}/`);
 * proxy.blackhole(); // nothing arrives any more, and nobody is told
 * proxy.heal();
 * await proxy.close();
 */
export class TcpProxy {
  readonly #links = new Set<Link>();
  /** Clients whose server is being called. */
  readonly #waiting = new Set<Socket>();
  readonly #swallowed = new Set<Direction>();
  #latencyMs = 0;
  #refuses = false;
  #accepted = 0;
  #bytes = 0;

  private constructor(
    private readonly listener: Server,
    private readonly targetPorts: readonly [number, ...number[]],
  ) {
    listener.on('connection', (client) => this.#accept(client));
  }

  /**
   * Listens on a free port of the loopback address.
   *
   * @param targetPorts where the server listens, or will: it is called anew for each client. Of several, the first that
   *   accepts gets the client, as a load balancer would have it
   */
  static async listen(...targetPorts: readonly [number, ...number[]]): Promise<TcpProxy> {
    // The end of one direction is passed on like any byte, and leaves the other direction open.
    const listener = createServer({ allowHalfOpen: true });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new TcpProxy(listener, targetPorts);
  }

  /** Where clients connect to. */
  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** How many connections there are now. One that was cut counts for as long as an end holds on to it. */
  get open(): number {
    return this.#links.size + this.#waiting.size;
  }

  /** How many connections there have been, refused ones not counted. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How many bytes have come to it from either end, whatever became of them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resets every connection at both ends, as when a router forgets what it knew. */
  reset(): void {
    for (const client of this.#waiting) resetSocket(client);
    for (const { client, server } of this.#links) {
      resetSocket(client);
      resetSocket(server);
    }
  }

  /** Resets what is opened from now on. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Swallows all bytes in a direction, or in both, and the news of an end: on open connections and on later ones. */
  blackhole(...directions: Direction[]): void {
    for (const direction of directions.length > 0 ? directions : (['up', 'down'] as const)) {
      this.#swallowed.add(direction);
    }
  }

  /**
   * Takes every connection away from one end; the other believes that it still has it, and sends into the void.
   *
   * @param only - one connection: the port that the server sees at its other end
   */
  halfOpen(believer: End, only?: number): void {
    for (const link of this.#links) {
      if (only !== undefined && link.server.localPort !== only) continue;
      link.isCut = true;
      link[believer === 'client' ? 'server' : 'client'].destroy();
    }
  }

  /** Delays everything that is sent from now on, in each direction, in milliseconds. The order stays. */
  latency(ms: number): void {
    this.#latencyMs = ms;
  }

  /** Is a good network again. What was swallowed is lost, and cut connections stay cut. */
  heal(): void {
    this.#swallowed.clear();
    this.#latencyMs = 0;
    this.#refuses = false;
  }

  /** Resets every connection and stops listening. */
  async close(): Promise<void> {
    const closed = once(this.listener, 'close');
    this.listener.close();
    this.reset();
    await closed;
  }

  #accept(client: Socket): void {
    // Every end of a socket, a failed one too, is followed by `close`, which is where it is dealt with.
    client.on('error', () => undefined);
    if (this.#refuses) {
      client.resetAndDestroy();
      return;
    }
    this.#accepted += 1;
    const [port, ...others] = this.targetPorts;
    if (others.length === 0) this.#link(client, call(port));
    else void this.#findServer(client);
  }

  async #findServer(client: Socket): Promise<void> {
    this.#waiting.add(client);
    const server = await firstToAccept(this.targetPorts);
    this.#waiting.delete(client);
    if (server !== undefined && !client.destroyed) {
      this.#link(client, server);
    } else {
      client.resetAndDestroy();
      server?.destroy();
    }
  }

  #link(client: Socket, server: Socket): void {
    const link: Link = { client, server, isCut: false };
    this.#links.add(link);
    this.#pump(link, 'up', client, server);
    this.#pump(link, 'down', server, client);
    for (const socket of [client, server]) {
      // What comes in is passed on at once; it has waited at its sender for whatever it had to wait for.
      socket.setNoDelay(true);
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) this.#links.delete(link);
      });
    }
  }

  #pump(link: Link, direction: Direction, from: Socket, to: Socket): void {
    let last = Promise.resolve();
    const pass = (act: () => void): void => {
      if (link.isCut || this.#swallowed.has(direction)) return;
      const dueAt = performance.now() + this.#latencyMs;
      last = last.then(() => until(dueAt)).then(act);
    };
    from.on('data', (bytes) => {
      this.#bytes += bytes.length;
      pass(() => write(bytes, from, to));
    });
    from.on('end', () => pass(() => to.end()));
    from.on('close', () => {
      if (!from.readableEnded) pass(() => resetSocket(to));
    });
  }
}

function call(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
}

async function firstToAccept(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const server = call(port);
    const hasAccepted = await new Promise<boolean>((resolve) => {
      server.once('connect', () => resolve(true));
      server.once('close', () => resolve(false));
    });
    if (hasAccepted) return server;
  }
  return undefined;
}

/** Resets a connection at one end. Node cannot do that while the end is being sent: the socket would stay open for good. */
function resetSocket(socket: Socket): void {
  const isSendingEnd = socket.writableEnded && !socket.writableFinished;
  if (isSendingEnd) socket.destroy();
  else socket.resetAndDestroy();
}

/** Writes, and has the sender wait when the receiver does not keep up, as one network would. */
function write(bytes: Buffer, from: Socket, to: Socket): void {
  if (to.destroyed || to.write(bytes)) return;
  from.pause();
  to.once('drain', () => from.resume());
  to.once('close', () => from.resume());
}

async function until(dueAt: number): Promise<void> {
  const ms = dueAt - performance.now();
  // A test that is over does not wait for what is still on its way.
  if (ms > 0) await delay(ms, undefined, { ref: false });
}
