import { RunningClock } from '../../support/running-clock.js';
import { WsPeer } from '../../support/ws-peer.js';

const ROOM = 'witness';
const INTERVAL_MS = 20;
const ENOUGH = 10;
/** Of fewer delays, a single late turn is more than the hundredth part. */
const SAMPLE = 500;
const HUNDREDTH = SAMPLE / 100;

/** What the witness saw. */
export interface Testimony {
  /** Messages that came, of both. */
  readonly messages: number;
  /** Numbers that did not follow the one before: a gap, a duplicate, a wrong order. */
  readonly disorder: readonly string[];
  /** 99 of 100 messages of the last 500 took at most so long, in milliseconds in which the process ran. */
  readonly p99Ms: number;
  /** The longest since the last look that one of them took, or could not be said, in the same milliseconds. */
  readonly longestMs: number;
}

/**
 * Two well-behaved clients in one room that send each other numbered messages, 50 a second, whatever else goes on: what
 * somebody else does to the server must not show between them.
 */
export class Witness {
  readonly #last = new Map<WsPeer, number>();
  /** Of the messages that came last, those of earlier looks too. */
  #delaysMs: number[] = [];
  #messages = 0;
  #longestMs = 0;
  #disorder: string[] = [];
  readonly #clock = new RunningClock();
  #spokeAt = this.#clock.now();
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
    const from = this.#messages;
    while (this.#messages < from + ENOUGH) {
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
      if (this.peers.some(({ socket }) => socket.readyState !== socket.OPEN)) {
        throw new Error('A client of the witness was disconnected');
      }
    }
    this.#delaysMs = this.#delaysMs.slice(-SAMPLE);
    const testimony = {
      messages: this.#messages,
      disorder: this.#disorder,
      p99Ms: this.#delaysMs.toSorted((a, b) => b - a)[HUNDREDTH]!,
      longestMs: this.#longestMs,
    };
    this.#messages = 0;
    this.#longestMs = 0;
    this.#disorder = [];
    return testimony;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#clock.stop();
    await Promise.all(this.peers.map((peer) => peer.close()));
  }

  #speak(): void {
    const now = this.#clock.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#spokeAt - INTERVAL_MS);
    this.#spokeAt = now;
    this.#sent++;
    const text = `${this.#sent} ${now}`;
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
    this.#messages++;
    const delayMs = this.#clock.now() - sentAt;
    this.#delaysMs.push(delayMs);
    this.#longestMs = Math.max(this.#longestMs, delayMs);
  }
}
