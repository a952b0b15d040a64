import { BounceClient, type BounceWsError } from 'bounce-ws/client';
import { deferred } from '../../../support/deferred.js';
import type { RunningClock } from '../../../support/running-clock.js';
import { STABLE_MS } from './crowd.js';

export const ROOM = 'witness';

/** A stretch of time, in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A number that a talker heard. */
export interface Heard {
  /** Who said it. */
  readonly from: number;
  readonly n: number;
  readonly at: number;
}

interface Events {
  readonly said: { from: number; n: number };
}

/** One client of a witness: says numbers to its room, writes down what it hears, and comes back when it is thrown out. */
export class Talker {
  /** When it said each number, from 1 on; by index. */
  readonly said: number[] = [Number.NaN];
  readonly heard: Heard[] = [];
  /** From the end of a connection until it was in the room again. */
  readonly absences: Span[] = [];
  readonly closeCodes: number[] = [];
  readonly errors: unknown[] = [];
  /** The first time it was in the room. */
  readonly joined: Promise<void>;
  readonly #client: BounceClient<Events>;
  #lostAt: number | undefined;
  #hasLeft = false;

  /** @param home - the node behind its entrance */
  constructor(
    readonly id: number,
    readonly home: number,
    port: number,
    private readonly clock: RunningClock,
  ) {
    const { promise, resolve } = deferred();
    this.joined = promise;
    const client = new BounceClient<Events>(`ws://127.0.0.1:${port}/`, {
      getToken: () => this.userId,
      reconnect: { stableMs: STABLE_MS },
    });
    this.#client = client;
    client.on('connect', () => void this.#join().then(resolve));
    client.on('disconnect', ({ code }) => {
      if (this.#hasLeft) return;
      this.#lostAt ??= clock.now();
      this.closeCodes.push(code);
    });
    client.on('said', ({ from, n }) => this.heard.push({ from, n, at: clock.now() }));
    client.onError((error) => this.errors.push(error));
  }

  get userId(): string {
    return `witness-${this.id}`;
  }

  get isThere(): boolean {
    return this.#lostAt === undefined;
  }

  say(): void {
    const n = this.said.push(this.clock.now()) - 1;
    this.#client.emit('say', { room: ROOM, from: this.id, n });
  }

  leave(): void {
    this.#hasLeft = true;
    this.#client.close();
  }

  async #join(): Promise<void> {
    try {
      await this.#client.request('join', { room: ROOM });
    } catch (error) {
      // The connection went with the answer; the next one begins the same way.
      if ((error as BounceWsError).code !== 'unavailable') this.errors.push(error);
      return;
    }
    if (this.#lostAt === undefined) return;
    this.absences.push({ from: this.#lostAt, to: this.clock.now() });
    this.#lostAt = undefined;
  }
}
