import { BounceClient } from 'bounce-ws/client';
import { WebSocket } from 'ws';
import type { Ledger, Recipient } from './ledger.js';

interface Said {
  readonly n: number;
  /** The connection that said it. */
  readonly from: string;
}

const NEVER: BounceClient = undefined as never;

/** One user in one room, with the client library, that notes what it gets. */
export class Member implements Recipient {
  /** Whether it is in its room, so that it should get what is said there. */
  isThere = false;

  #client: BounceClient = NEVER;
  #socket: WebSocket | undefined;
  #arrived: (() => void) | undefined;
  /** The last number of each connection: what two of them say at the same time may come in either order. */
  readonly #last = new Map<string, number>();

  constructor(
    readonly node: number,
    readonly room: string,
    private readonly url: string,
    private readonly user: string,
    private readonly ledger: Ledger,
  ) {}

  /** Comes, and is in its room when this resolves. */
  async come(): Promise<void> {
    const arrived = this.#arrival();
    // Kept, so that the network can be cut as no library would do it.
    const keep = (socket: WebSocket): WebSocket => (this.#socket = socket);
    this.#last.clear();
    this.#client = new BounceClient(this.url, {
      WebSocket: class extends WebSocket {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(url, protocols, { perMessageDeflate: false });
          keep(this);
        }
      },
      getToken: () => this.user,
      // Sooner than in a page: nothing here has to be spared.
      reconnect: { minDelayMs: 100, maxDelayMs: 2_000 },
    });
    this.#client.on('connect', () => void this.#enter());
    this.#client.on('said', (said: Said) => this.#hear(said));
    await arrived;
  }

  /** Says something to the room. */
  say(n: number): void {
    this.#client.emit('say', { room: this.room, n });
  }

  /** Goes for good, once it has what was said before. */
  async go(): Promise<void> {
    this.isThere = false;
    await this.ledger.nothingFor(this);
    this.end();
  }

  /** Loses its connection without a word, and is back in the room when this resolves. */
  async fallOut(): Promise<void> {
    this.isThere = false;
    await this.ledger.nothingFor(this);
    const back = this.#arrival();
    this.#socket!.terminate();
    await back;
  }

  /** Closes its connection at once. */
  end(): void {
    this.#client.close();
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => (this.#arrived = resolve));
  }

  async #enter(): Promise<void> {
    await this.#client.request('join', { room: this.room });
    this.isThere = true;
    this.#arrived?.();
  }

  #hear({ n, from }: Said): void {
    if (n <= (this.#last.get(from) ?? 0)) this.ledger.account.disordered++;
    this.#last.set(from, n);
    this.ledger.hear(n, this, performance.now());
  }
}
