import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { deferred } from '../../../support/deferred.js';
import type { Span } from '../../support/deployment/talker.js';
import { type Message, Minutes } from './minutes.js';

/** How long it waits before it comes back, in milliseconds; longer with each attempt that fails, and each another time. */
const BACK_OFF_MS = 2_000;
const LONGEST_BACK_OFF_MS = 4_000;

const HELLO = 1;
const JOIN = 2;

/** Something that a member said. */
export interface Saying {
  readonly text: string;
  readonly at: number;
  /** Whether the server has answered. */
  isAnswered: boolean;
}

/**
 * A member of a room with history, on a plain WebSocket and nothing of ours. When its connection ends it comes back, says
 * `hello` and enters its room again.
 */
export class Member {
  readonly said: Saying[] = [];
  /** From the end of a connection until it was in the room again. */
  readonly absences: Span[] = [];
  readonly errors: unknown[] = [];
  /** The first time it was in the room. */
  readonly joined: Promise<void>;
  readonly minutes: Minutes;
  readonly #isIn = deferred();
  #socket: WebSocket | undefined;
  #connection: string | undefined;
  #lostAt: number | undefined = performance.now();
  #attempt = 0;
  #wasIn = false;
  #hasLeft = false;

  /** @param home - the node behind its entrance */
  constructor(
    readonly id: number,
    readonly room: string,
    readonly home: number,
    private readonly port: number,
  ) {
    this.minutes = new Minutes(room);
    this.joined = this.#isIn.promise;
    this.#connect();
  }

  get isThere(): boolean {
    return this.#lostAt === undefined;
  }

  /** Whether it is known of everything it said if the server took it: answered, or lost with a connection. */
  get isSettled(): boolean {
    const lastLossAt = this.absences.at(-1)?.from ?? -Infinity;
    return this.isThere && this.said.every(({ isAnswered, at }) => isAnswered || at <= lastLossAt);
  }

  /** Says its next number, if it is in the room. */
  say(): void {
    if (!this.isThere) return;
    const n = this.said.length;
    this.said.push({ text: `${this.id}:${n}`, at: performance.now(), isAnswered: false });
    this.#send('say', { room: this.room, from: this.id, n }, JOIN + 1 + n);
  }

  /** Loses its connection. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Goes for good. @returns when its connection is gone */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === socket.CLOSED) return;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  #connect(): void {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/?token=member-${this.id}`);
    this.#socket = socket;
    socket.on('open', () => {
      this.#send('hello', { connection: this.#connection, rooms: this.minutes.begin() }, HELLO);
      this.#send('join', { room: this.room }, JOIN);
    });
    socket.on('message', (frame: Buffer) => this.#take(JSON.parse(frame.toString()) as Message));
    // An error is followed by `close`, which is where it shows.
    socket.on('error', () => undefined);
    socket.on('close', () => void this.#comeBack());
  }

  async #comeBack(): Promise<void> {
    if (this.#hasLeft) return;
    this.#lostAt ??= performance.now();
    const longest = Math.min(LONGEST_BACK_OFF_MS, BACK_OFF_MS * 2 ** this.#attempt++);
    await delay(longest * Math.random());
    if (!this.#hasLeft) this.#connect();
  }

  #take(message: Message): void {
    const { event, data, id } = message;
    if (event === 'said') this.minutes.take(message);
    else if (event === 'recovery') this.minutes.recover(data as Parameters<Minutes['recover']>[0]);
    else if (event !== 'ack' || id === undefined) this.errors.push(message);
    else if (id === HELLO) this.#connection = (data as { connection: string }).connection;
    else if (id === JOIN) this.#enter();
    else this.said[id - JOIN - 1]!.isAnswered = true;
  }

  #enter(): void {
    this.#attempt = 0;
    if (this.#wasIn) this.absences.push({ from: this.#lostAt!, to: performance.now() });
    this.#wasIn = true;
    this.#lostAt = undefined;
    this.#isIn.resolve();
  }

  #send(event: string, data: object, id: number): void {
    this.#socket?.send(JSON.stringify({ event, data, id }));
  }
}
