import type { Ledger } from './ledger.js';
import { Member } from './member.js';
import { Pacer } from './pacer.js';
import type { SoakOptions } from './soak.options.js';

const ROOM_SIZE = 10;
const PARALLEL = 50;

/** All clients: they talk at a steady rate, and now and then one of them goes, or falls out. */
export class Crowd {
  readonly #members: readonly Member[];
  readonly #rooms = new Map<string, Member[]>();
  readonly #pacers: readonly Pacer[];
  readonly #changes = new Set<Promise<void>>();
  #changed = 0;

  constructor(
    urls: readonly string[],
    private readonly ledger: Ledger,
    options: SoakOptions,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.#members = Array.from({ length: options.clients }, (_, index) => {
      const node = index % urls.length;
      const room = `room-${Math.floor(index / ROOM_SIZE)}`;
      return new Member(node, room, urls[node]!, `user-${index}`, ledger);
    });
    const { rate, churn, clients } = options;
    this.#pacers = [
      new Pacer(rate, () => this.#say()),
      new Pacer((clients * churn) / 100 / 60, () => this.#change()),
    ];
    for (const member of this.#members) {
      this.#rooms.set(member.room, [...(this.#rooms.get(member.room) ?? []), member]);
    }
  }

  /** How many clients went or fell out so far. */
  get changed(): number {
    return this.#changed;
  }

  /** Everybody comes. */
  async come(): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < this.#members.length) await this.#members[next++]!.come();
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** Begins to talk, to come and to go, or goes on with it. */
  start(): void {
    for (const pacer of this.#pacers) pacer.start();
  }

  /** Says no more, until it is started again. */
  pause(): void {
    for (const pacer of this.#pacers) pacer.pause();
  }

  /** Says no more; resolves when those who were away are back. */
  async hush(): Promise<void> {
    this.pause();
    await Promise.all(this.#changes);
  }

  /** Everybody goes. */
  leave(): void {
    for (const member of this.#members) member.end();
  }

  #say(): void {
    const speaker = this.#anybody();
    if (speaker === undefined) return;
    const listeners = this.#rooms.get(speaker.room)!.filter(({ isThere }) => isThere);
    speaker.say(this.ledger.say(speaker.node, listeners, performance.now()));
  }

  #change(): void {
    const member = this.#anybody();
    if (member === undefined) return;
    // In turn: one that goes, and comes as somebody new; and one whose network fails.
    const change =
      this.#changed++ % 2 === 0 ? member.go().then(() => member.come()) : member.fallOut();
    const done = change.catch(this.onFailure).finally(() => this.#changes.delete(done));
    this.#changes.add(done);
  }

  /** One of those who are in their rooms. */
  #anybody(): Member | undefined {
    const { length } = this.#members;
    const start = Math.floor(Math.random() * length);
    for (let index = 0; index < length; index++) {
      const member = this.#members[(start + index) % length]!;
      if (member.isThere) return member;
    }
    return undefined;
  }
}
