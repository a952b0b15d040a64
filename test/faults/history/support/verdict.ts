import { ON_ITS_WAY_MS } from '../../support/deployment/testimony.js';
import type { Member, Saying } from './member.js';
import type { Heard } from './minutes.js';

/** When a node was killed: what was said through it just before may be gone. */
export interface Killing {
  readonly node: number;
  readonly at: number;
}

/** What the members of rooms with history have to say together. */
export interface Verdict {
  readonly said: number;
  readonly heard: number;
  /** Not heard, by members who were not told afterwards that they may have missed something. */
  readonly silentHoles: readonly string[];
  /** Not heard on the node where it was said, by members who were there all the time. */
  readonly lostOnNode: readonly string[];
  /** How long a message took at most to somebody on the node where it was said, both of them there all the time. */
  readonly slowestOnNodeMs: number;
  /** Places at which two members have heard different things. */
  readonly twoOrders: readonly string[];
  /** Against PROTOCOL.md. */
  readonly offences: readonly string[];
  /** Not heard by members who were told so. */
  readonly excused: number;
  /** Heard more than once. */
  readonly twice: number;
  /** How often one member was told that it may have missed something: the most. */
  readonly warnings: number;
  /** How often somebody got what was missed. */
  readonly recoveries: number;
}

/** Of members who missed nothing, whatever happened. */
export const NOTHING_MISSED = {
  excused: 0,
  twice: 0,
  warnings: 0,
} as const satisfies Partial<Verdict>;

/** Compares what was said with what was heard. */
export function judge(members: readonly Member[], killing?: Killing): Verdict {
  const rooms = new Set(members.map(({ room }) => room));
  const all = [...rooms].map((room) => {
    const inRoom = members.filter((member) => member.room === room);
    return judgeRoom(inRoom, killing);
  });
  const minutes = members.map((member) => member.minutes);
  const total = (count: (of: RoomVerdict) => number): number =>
    all.reduce((sum, room) => sum + count(room), 0);
  return {
    said: members.reduce((sum, { said }) => sum + said.length, 0),
    heard: minutes.reduce((sum, { heard }) => sum + heard.length, 0),
    silentHoles: all.flatMap(({ silentHoles }) => silentHoles),
    lostOnNode: all.flatMap(({ lostOnNode }) => lostOnNode),
    slowestOnNodeMs: Math.max(...all.map(({ slowestOnNodeMs }) => slowestOnNodeMs)),
    twoOrders: all.flatMap(({ twoOrders }) => twoOrders),
    offences: minutes.flatMap(({ offences }) => offences),
    excused: total(({ excused }) => excused),
    twice: total(({ twice }) => twice),
    warnings: Math.max(...minutes.map(({ warnings }) => warnings.length)),
    recoveries: minutes.reduce((sum, { recoveries }) => sum + recoveries, 0),
  };
}

interface RoomVerdict {
  readonly silentHoles: string[];
  readonly lostOnNode: string[];
  readonly twoOrders: string[];
  slowestOnNodeMs: number;
  excused: number;
  twice: number;
}

function judgeRoom(members: readonly Member[], killing: Killing | undefined): RoomVerdict {
  const verdict: RoomVerdict = {
    silentHoles: [],
    lostOnNode: [],
    twoOrders: differencesOf(members),
    slowestOnNodeMs: 0,
    excused: 0,
    twice: 0,
  };
  const arrivals = members.map(({ minutes }) => firstArrivals(minutes.heard));
  const heardBySomebody = new Set(arrivals.flatMap((heard) => [...heard.keys()]));
  for (const [index, listener] of members.entries()) {
    const heard = arrivals[index]!;
    verdict.twice += listener.minutes.heard.length - heard.size;
    for (const speaker of members) {
      const wereThere = [speaker, listener].every(({ absences }) => absences.length === 0);
      const isOnNode = speaker.home === listener.home && wereThere;
      for (const saying of speaker.said) {
        const heardAt = heard.get(saying.text);
        if (heardAt !== undefined) {
          const tookMs = isOnNode ? heardAt - saying.at : 0;
          verdict.slowestOnNodeMs = Math.max(verdict.slowestOnNodeMs, tookMs);
        } else if (!mayBeGone(speaker, saying, killing) || heardBySomebody.has(saying.text)) {
          noteMissing(verdict, saying, listener, isOnNode);
        }
      }
    }
  }
  return verdict;
}

function noteMissing(
  verdict: RoomVerdict,
  { text, at }: Saying,
  { id, home, minutes }: Member,
  isOnNode: boolean,
): void {
  const what = `${text} by ${id} on ${home}`;
  if (isOnNode) verdict.lostOnNode.push(what);
  // A warning of before means something else.
  if (minutes.warnings.some((warnedAt) => warnedAt >= at)) verdict.excused++;
  else verdict.silentHoles.push(what);
}

function firstArrivals(heard: readonly Heard[]): Map<string, number> {
  return new Map(heard.toReversed().map(({ text, at }) => [text, at]));
}

/** Whether nobody need have heard it: its node was killed before it was numbered, or it did not get there. */
function mayBeGone({ home }: Member, { at, isAnswered }: Saying, killing?: Killing): boolean {
  if (!isAnswered) return true;
  return killing?.node === home && at < killing.at && at > killing.at - ON_ITS_WAY_MS;
}

function differencesOf(members: readonly Member[]): string[] {
  const texts = new Map<string, string>();
  const differences: string[] = [];
  for (const { minutes } of members) {
    for (const { place, text } of minutes.heard) {
      if (place === undefined) continue;
      const other = texts.get(place) ?? text;
      texts.set(place, other);
      if (other !== text) differences.push(`${place}: ${other} and ${text}`);
    }
  }
  return differences;
}
