import type { ClusterMessage, Engine, Gap } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { expect } from 'vitest';
import { eventually } from './eventually.js';

const ROOM = 'tea';
/** Longer than many servers need that start at once. */
const START_MS = 10_000;
const READY = { isReady: true };

/** Two nodes that talk over one Redis. */
export class Pair {
  readonly heard: number[] = [];
  readonly gaps: Gap[] = [];
  #sent = 0;

  private constructor(
    readonly sender: Engine,
    readonly receiver: Engine,
  ) {
    receiver.backplane.gap$.subscribe((gap) => this.gaps.push(gap));
    receiver.backplane.received$.subscribe(({ action }) => {
      if (action.type === 'emit') this.heard.push(action.data as number);
    });
  }

  /** Each address is what that node believes to be the Redis. */
  static start(senderUrl: string, receiverUrl: string = senderUrl): Promise<Pair> {
    return Pair.of(redisEngine({ url: senderUrl }), redisEngine({ url: receiverUrl }));
  }

  static async of(sender: Engine, receiver: Engine): Promise<Pair> {
    const pair = new Pair(sender, receiver);
    pair.sender.rooms.serve({ list: () => [[ROOM, ['s1']]] });
    await Promise.all([pair.sender.start(), pair.receiver.start()]);
    await pair.#isReady();
    await pair.sender.rooms.joined(ROOM, 's1');
    await pair.sender.interests.announce('news', true);
    await pair.receiver.backplane.subscribe(`room:${ROOM}`);
    await pair.arrives(2_000);
    return pair;
  }

  /** Sends one message. @returns its number */
  send(): number {
    const message: ClusterMessage = {
      audience: { kind: 'room', names: [ROOM] },
      action: { type: 'emit', event: 'n', data: ++this.#sent },
    };
    this.sender.backplane.publish(message);
    return this.#sent;
  }

  /** Sends until something that was sent from now on arrives, and expects that within so many milliseconds. */
  async arrives(withinMs: number): Promise<void> {
    const first = this.send();
    await eventually(() => {
      const hasArrived = this.heard.some((number) => number >= first);
      if (!hasArrived) this.send();
      expect(hasArrived, 'whether anything arrived').toBe(true);
    }, withinMs);
  }

  /** Expects that both nodes know everything of each other within so many milliseconds. */
  async converges(withinMs: number): Promise<void> {
    await eventually(async () => expect(await this.#isConverged()).toBe(true), withinMs);
  }

  /** Expects that nothing came twice, or late. */
  expectOrder(): void {
    expect(this.heard).toEqual([...new Set(this.heard)].toSorted((a, b) => a - b));
  }

  async stop(): Promise<void> {
    await Promise.all([this.sender.stop(), this.receiver.stop()]);
  }

  /** Nodes start without their Redis when it does not answer within two seconds. */
  async #isReady(): Promise<void> {
    await eventually(() => {
      expect([this.sender.health, this.receiver.health]).toMatchObject([READY, READY]);
    }, START_MS);
  }

  async #isConverged(): Promise<boolean> {
    const { sender, receiver } = this;
    if (!sender.health.isReady || !receiver.health.isReady) return false;
    const members = await receiver.rooms.members(ROOM).catch(() => []);
    return members.join() === 's1' && receiver.interests.isWanted('news');
  }
}
