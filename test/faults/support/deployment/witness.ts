import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { RunningClock } from '../../../support/running-clock.js';
import { eventually } from '../eventually.js';
import type { Deployment } from './deployment.js';
import { Talker } from './talker.js';
import { type Excuse, ON_ITS_WAY_MS, type Testimony, testify } from './testimony.js';

/** Each talker says 50 numbers a second. */
const EVERY_MS = 20;
/** How long they talk at least without an excuse: of less, one hiccup of the machine is more than the hundredth part. */
const ENOUGH_MS = 6_000;
/** How long the last words may take to everybody. */
const LAST_WORDS_MS = 10_000;

/** Two clients on each node, all in one room, who tell each other numbers whatever happens. */
export class Witness {
  readonly #excuses: Excuse[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt: number;
  #ticks = 0;

  private constructor(
    readonly talkers: readonly Talker[],
    private readonly clock: RunningClock,
  ) {
    this.#startedAt = clock.now();
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
  }

  static async start({ entrances }: Deployment): Promise<Witness> {
    const clock = new RunningClock(false);
    const talkers = [0, 1, 2, 3, 4, 5].map((id) => {
      const home = Math.floor(id / 2);
      return new Talker(id, home, entrances[home]!.port, clock);
    });
    await Promise.all(talkers.map(({ joined }) => joined));
    return new Witness(talkers, clock);
  }

  /** The two that came in through the entrance of a node. */
  at(node: number): readonly Talker[] {
    return this.talkers.filter(({ home }) => home === node);
  }

  /**
   * From now on, and until what it returns is called, messages between nodes need not arrive.
   *
   * @param node - only those from or to this one; by default all
   */
  excuse(node?: number): () => void {
    const from = this.clock.now() - ON_ITS_WAY_MS;
    const excuse = { from, to: Infinity, ...(node === undefined ? {} : { node }) };
    this.#excuses.push(excuse);
    return () => {
      excuse.to = this.clock.now();
    };
  }

  /**
   * Expects that what is said from now on is heard by all, from each of them, within so many milliseconds.
   *
   * @returns how long that took
   */
  async isWhole(withinMs: number): Promise<number> {
    const startedAt = performance.now();
    const firsts = this.talkers.map(({ said }) => said.length);
    await eventually(() => expect(this.#silences(firsts)).toEqual([]), withinMs);
    return performance.now() - startedAt;
  }

  /** Lets everybody say a last word, waits until all have heard it, and sends them home. */
  async stop(): Promise<Testimony> {
    try {
      await this.isWhole(LAST_WORDS_MS);
      await delay(ENOUGH_MS - this.#talkedMs());
      clearInterval(this.#timer);
      const lasts = this.talkers.map(({ said }) => said.length - 1);
      await eventually(() => expect(this.#silences(lasts)).toEqual([]), LAST_WORDS_MS);
      expect(this.talkers.flatMap(({ errors }) => errors)).toEqual([]);
    } finally {
      this.end();
    }
    return testify(this.talkers, this.#excuses);
  }

  /** Sends everybody home. */
  end(): void {
    clearInterval(this.#timer);
    this.clock.stop();
    for (const talker of this.talkers) talker.leave();
  }

  /** For how long they have talked without an excuse, at least. */
  #talkedMs(): number {
    const now = this.clock.now();
    const excused = this.#excuses.reduce((sum, { from, to }) => sum + Math.min(to, now) - from, 0);
    return now - this.#startedAt - excused;
  }

  /** Who has not heard that number, or a later one, of whom. */
  #silences(numbers: readonly number[]): string[] {
    return this.talkers.flatMap((listener) =>
      this.talkers
        .filter(({ id }) => {
          const last = listener.heard.findLast(({ from }) => from === id);
          return last === undefined || last.n < numbers[id]!;
        })
        .map(({ id }) => `${listener.id} has not heard ${id}`),
    );
  }

  // By the clock, so that a late turn is made up for.
  #tick(): void {
    const due = Math.floor((this.clock.now() - this.#startedAt) / EVERY_MS);
    for (; this.#ticks < due; this.#ticks++) {
      for (const talker of this.talkers) talker.say();
    }
  }
}
