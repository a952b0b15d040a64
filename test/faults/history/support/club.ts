import { expect } from 'vitest';
import type { Entrance } from '../../support/deployment/crowd.js';
import { milliseconds } from '../../support/deployment/figures.js';
import type { Stage } from '../../support/deployment/play.js';
import { eventually } from '../../support/eventually.js';
import { Member } from './member.js';
import { judge, type Killing, type Verdict } from './verdict.js';

const AT_ONCE = 10;
/** Between two sayings, in one room after another: 50 a second. */
const EVERY_MS = 20;
/** Who speaks in a room: the first few, one of them on each node. */
const SPEAKERS = 3;
/** Until who was dropped is back, and what was said is answered. */
const ANSWERED_MS = 10_000;
/** What was missed is found after ten seconds at the latest; and then read. */
const SETTLED_MS = 12_000;
/** Of each kind of thing that went wrong. */
const SHOWN = 5;

/** Members of rooms with history, on all nodes, who talk to each other whatever happens. */
export class Club {
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #ticks = 0;
  #killing: Killing | undefined;

  private constructor(
    readonly members: readonly Member[],
    private readonly rooms: readonly string[],
  ) {
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
  }

  /** Sends so many members to so many rooms, through the entrances in turn; resolves when all are in. */
  static async gather(
    count: number,
    roomCount: number,
    entrances: readonly Entrance[],
  ): Promise<Club> {
    const rooms = Array.from({ length: roomCount }, (_, index) => `history:${index}`);
    const members: Member[] = [];
    while (members.length < count) {
      const first = members.length;
      for (let id = first; id < Math.min(first + AT_ONCE, count); id++) {
        const turn = Math.floor(id / roomCount) % entrances.length;
        members.push(new Member(id, rooms[id % roomCount]!, turn, entrances[turn]!.port));
      }
      await Promise.all(members.slice(first).map(({ joined }) => joined));
    }
    return new Club(members, rooms);
  }

  /** Cuts the connections of those that came in through the entrance of a node. */
  drop(node: number): void {
    for (const member of this.members) if (member.home === node) member.drop();
  }

  /** A node is killed now. */
  loses(node: number): void {
    this.#killing = { node, at: performance.now() };
  }

  /**
   * Expects that what is said from now on is heard by all, from each speaker and with its place, within so many
   * milliseconds, and as many as it takes until each has had its turn.
   *
   * @returns how long that took
   */
  async isNumbered(withinMs: number): Promise<number> {
    const startedAt = performance.now();
    const firsts = new Map(this.members.map(({ id, said }) => [id, said.length]));
    const roundMs = this.rooms.length * SPEAKERS * EVERY_MS;
    await eventually(() => expect(this.#silences(firsts)).toEqual([]), roundMs + withinMs);
    return performance.now() - startedAt;
  }

  /** Lets everybody finish. @returns what was heard when it does not get better any more */
  async stop(): Promise<Verdict> {
    clearInterval(this.#timer);
    // What is answered later would count as missed by those who have gone by then.
    await eventually(() => expect(this.#unsettled()).toEqual([]), ANSWERED_MS);
    const hasHoles = (): boolean => judge(this.members, this.#killing).silentHoles.length > 0;
    await eventually(() => expect(hasHoles()).toBe(false), SETTLED_MS).catch(() => undefined);
    await this.end();
    expect(this.members.flatMap(({ errors }) => errors)).toEqual([]);
    return judge(this.members, this.#killing);
  }

  /** Sends everybody home, a few at a time: a thousand who go at once keep the witness in this process from hearing. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    for (let first = 0; first < this.members.length; first += AT_ONCE) {
      const some = this.members.slice(first, first + AT_ONCE);
      await Promise.all(some.map((member) => member.leave()));
    }
  }

  /** Who has not heard, with its place, that number of whom in the room, or a later one. */
  #silences(firsts: ReadonlyMap<number, number>): string[] {
    return this.rooms.flatMap((room) => {
      const inRoom = this.members.filter((member) => member.room === room);
      return inRoom.flatMap((listener) =>
        inRoom
          .slice(0, SPEAKERS)
          .filter((speaker) => !hasHeard(listener, speaker.id, firsts.get(speaker.id)!))
          .map(({ id }) => `${listener.id} has not heard ${id}`),
      );
    });
  }

  /** Who has said something of which nobody knows yet whether the server took it. */
  #unsettled(): number[] {
    return this.members.filter(({ isSettled }) => !isSettled).map(({ id }) => id);
  }

  // By the clock, so that a late turn is made up for.
  #tick(): void {
    const due = Math.floor((performance.now() - this.#startedAt) / EVERY_MS);
    const { members, rooms } = this;
    for (; this.#ticks < due; this.#ticks++) {
      // The first members of all rooms come first, then the second ones.
      members[this.#ticks % (rooms.length * SPEAKERS)]!.say();
    }
  }
}

function hasHeard({ minutes }: Member, speaker: number, first: number): boolean {
  const last = minutes.heard.findLast(
    ({ text, place }) => place !== undefined && text.startsWith(`${speaker}:`),
  );
  return last !== undefined && Number(last.text.split(':')[1]) >= first;
}

/** Lets members talk during a play. Nothing may be missed in silence, and nothing heard at another place. */
export async function playWithClub(
  { entrances, note }: Stage,
  { members = 18, rooms = 2 }: { readonly members?: number; readonly rooms?: number },
  act: (club: Club) => Promise<void>,
): Promise<Verdict> {
  const club = await Club.gather(members, rooms, entrances);
  try {
    await club.isNumbered(5_000);
    await act(club);
    const verdict = await club.stop();
    expectTruth(verdict, note);
    return verdict;
  } finally {
    await club.end();
  }
}

function expectTruth(verdict: Verdict, note: Stage['note']): void {
  const { said, heard, silentHoles, lostOnNode, twoOrders, offences } = verdict;
  const { excused, twice, warnings, recoveries, slowestOnNodeMs } = verdict;
  expect(silentHoles.slice(0, SHOWN), `${silentHoles.length} silent holes`).toEqual([]);
  expect(twoOrders.slice(0, SHOWN), `${twoOrders.length} wrong places`).toEqual([]);
  expect(offences.slice(0, SHOWN), `${offences.length} offences`).toEqual([]);
  expect(lostOnNode.slice(0, SHOWN), `${lostOnNode.length} lost on a node`).toEqual([]);
  note(
    'members: each message heard, or told of the hole; one order on all nodes; nothing lost on a node',
    `${said} said, ${heard} heard; 0 silent holes, 0 at two places, 0 lost on a node; ` +
      `${excused} not heard and told so, at most ${warnings} times; ${twice} twice; ` +
      `${recoveries} recoveries; on a node after ${milliseconds(slowestOnNodeMs)} at most`,
  );
}
