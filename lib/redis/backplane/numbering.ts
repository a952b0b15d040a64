import type { Channel } from '../../backplane/index.js';
import type { Origin } from './node-message.js';

/** A channel that nothing was published on for that many others is forgotten: a receiver then sees a gap too many. */
const CHANNELS = 10_000;

/** Numbers what this node publishes. */
export class Numbering {
  readonly #last = new Map<Channel, number>();
  #seq = 0;

  constructor(private readonly node: string) {}

  /** The origins of one message, one for each of its channels. */
  next(channels: readonly Channel[]): Origin[] {
    const seq = ++this.#seq;
    return channels.map((channel) => {
      const prev = this.#last.get(channel) ?? 0;
      // Put at the end: the first one is the one that was not used for longest.
      this.#last.delete(channel);
      this.#last.set(channel, seq);
      if (this.#last.size > CHANNELS) {
        const [oldest] = this.#last.keys();
        this.#last.delete(oldest!);
      }
      return { node: this.node, seq, prev };
    });
  }

  /** Whether a number was given here. */
  hasGiven(seq: number): boolean {
    return seq <= this.#seq;
  }
}
