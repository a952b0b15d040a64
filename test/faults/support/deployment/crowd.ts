import { setTimeout as delay } from 'node:timers/promises';
import { BounceClient } from 'bounce-ws/client';
import { WebSocket } from 'ws';
import { deferred } from '../../../support/deferred.js';

const AT_ONCE = 10;
/** Between two lots of them that leave. */
const PAUSE_MS = 10;
/** A connection that held this long was a good one: the next attempt after it does not wait longer than the first. */
export const STABLE_MS = 5_000;
const ROOM_SIZE = 20;

/** The end of a connection. */
export interface Ending {
  readonly userId: string;
  readonly code: number;
  readonly at: number;
}

/** How the clients of a crowd get in, and what they are called. */
export interface CrowdOptions {
  readonly name?: string;
  /** Whether they come back after a lost connection. @default true */
  readonly comesBack?: boolean;
}

/** A way in. */
export interface Entrance {
  readonly port: number;
}

/** Many clients, each a user of its own who shows up in a room with others. */
export class Crowd {
  readonly userIds: string[] = [];
  readonly endings: Ending[] = [];
  /** For each return that is complete: when its attempt began, by the clock of this process. That is when a server gets to do. */
  readonly returns: number[] = [];
  readonly #clients: BounceClient[] = [];
  readonly #present = new Set<string>();
  #hasLeft = false;

  private constructor(private readonly name: string) {}

  /** Sends so many clients through the entrances in turn; resolves when all show up. */
  static async gather(
    count: number,
    entrances: readonly Entrance[],
    { name = 'guest', comesBack = true }: CrowdOptions = {},
  ): Promise<Crowd> {
    const crowd = new Crowd(name);
    while (crowd.#clients.length < count) {
      const size = Math.min(AT_ONCE, count - crowd.#clients.length);
      await Promise.all(Array.from({ length: size }, () => crowd.#send(entrances, comesBack)));
    }
    return crowd;
  }

  /** How many are connected, and show up in their room. */
  get present(): number {
    return this.#present.size;
  }

  /** The rooms, and who is to show up there. */
  get rooms(): ReadonlyMap<string, readonly string[]> {
    const rooms = new Map<string, string[]>();
    for (const [index, userId] of this.userIds.entries()) {
      const room = this.#roomOf(index);
      rooms.set(room, [...(rooms.get(room) ?? []), userId]);
    }
    return rooms;
  }

  /** Goes, a few at a time: that is no part of the fault. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    for (let start = 0; start < this.#clients.length; start += AT_ONCE) {
      for (const client of this.#clients.slice(start, start + AT_ONCE)) client.close();
      await delay(PAUSE_MS);
    }
  }

  #roomOf(index: number): string {
    return `${this.name}s-${Math.floor(index / ROOM_SIZE)}`;
  }

  /** @returns when that client shows up */
  #send(entrances: readonly Entrance[], comesBack: boolean): Promise<void> {
    const index = this.#clients.length;
    const userId = `${this.name}-${index}`;
    const { port } = entrances[index % entrances.length]!;
    const client = new BounceClient(`ws://127.0.0.1:${port}/`, {
      WebSocket,
      getToken: () => userId,
      reconnect: comesBack && { stableMs: STABLE_MS },
    });
    const { promise, resolve } = deferred();
    let attemptedAt = performance.now();
    client.onStateChange(({ state }) => {
      if (state === 'connecting') attemptedAt = performance.now();
    });
    client.on('connect', async () => {
      if (!(await this.#hasShownUp(client, userId, this.#roomOf(index)))) return;
      if (this.endings.some((ending) => ending.userId === userId)) this.returns.push(attemptedAt);
      resolve();
    });
    client.on('disconnect', ({ code }) => {
      if (this.#hasLeft) return;
      this.#present.delete(userId);
      this.endings.push({ userId, code, at: performance.now() });
    });
    this.userIds.push(userId);
    this.#clients.push(client);
    return promise;
  }

  async #hasShownUp(client: BounceClient, userId: string, room: string): Promise<boolean> {
    try {
      await client.request('show', { room });
    } catch {
      // The connection went with the answer, and the next one begins the same way. Who never shows up is missed.
      return false;
    }
    this.#present.add(userId);
    return true;
  }
}
