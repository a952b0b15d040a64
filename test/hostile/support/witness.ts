import { WsPeer } from '../../support/ws-peer.js';

const ROOM = 'witness';
const INTERVAL_MS = 20;
const ENOUGH = 10;

/** What one of the two got from the other since the last look. */
interface Record {
  readonly numbers: number[];
  readonly delaysMs: number[];
}

/** What the witness saw. */
export interface Testimony {
  /** Messages that came, of both. */
  readonly messages: number;
  /** Numbers that did not follow the one before: a gap, a duplicate, a wrong order. */
  readonly disorder: readonly string[];
  /** 99 of 100 messages took at most so long, in milliseconds. */
  readonly p99Ms: number;
}

/**
 * Two well-behaved clients in one room that send each other numbered messages, 50 a second, whatever else goes on: what
 * somebody else does to the server must not show between them.
 */
export class Witness {
  readonly #last = new Map<WsPeer, number>();
  #record: Record = { numbers: [], delaysMs: [] };
  #disorder: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

  private constructor(private readonly peers: readonly [WsPeer, WsPeer]) {
    for (const peer of peers) {
      this.#last.set(peer, 0);
      peer.socket.on('message', (frame: Buffer) => this.#note(peer, frame.toString()));
    }
  }

  /** Connects both and lets them begin. */
  static async start(url: string): Promise<Witness> {
    const peers = [await WsPeer.connect(url), await WsPeer.connect(url)] as const;
    for (const peer of peers) await peer.request('join', { room: ROOM });
    const witness = new Witness([...peers]);
    witness.#timer = setInterval(() => witness.#speak(), INTERVAL_MS);
    return witness;
  }

  /** What was seen since the last call: waits for some more messages, which come after whatever was done before. */
  async testify(): Promise<Testimony> {
    const from = this.#record.numbers.length;
    while (this.#record.numbers.length < from + ENOUGH) {
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
      if (this.peers.some(({ socket }) => socket.readyState !== socket.OPEN)) {
        throw new Error('A client of the witness was disconnected');
      }
    }
    const { delaysMs } = this.#record;
    const testimony = {
      messages: delaysMs.length,
      disorder: this.#disorder,
      p99Ms: delaysMs.toSorted((a, b) => a - b)[Math.ceil(delaysMs.length * 0.99) - 1]!,
    };
    this.#record = { numbers: [], delaysMs: [] };
    this.#disorder = [];
    return testimony;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.peers.map((peer) => peer.close()));
  }

  #speak(): void {
    this.#sent++;
    const text = `${this.#sent} ${performance.now()}`;
    for (const peer of this.peers) peer.send('say', { room: ROOM, text });
  }

  #note(peer: WsPeer, frame: string): void {
    const { event, data } = JSON.parse(frame) as { event: string; data: { text: string } };
    if (event !== 'say') {
      this.#disorder.push(`an unexpected ${frame}`);
      return;
    }
    const [number, sentAt] = data.text.split(' ').map(Number) as [number, number];
    const previous = this.#last.get(peer)!;
    if (number !== previous + 1) this.#disorder.push(`${previous} was followed by ${number}`);
    this.#last.set(peer, number);
    this.#record.numbers.push(number);
    this.#record.delaysMs.push(performance.now() - sentAt);
  }
}
