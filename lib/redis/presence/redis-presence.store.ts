import { merge, type Observable, Subject } from 'rxjs';
import { map } from 'rxjs/operators';
import {
  ANYWHERE,
  type LeaseReceipt,
  type PresenceEvent,
  type PresenceKey,
  type PresenceReceipt,
  type PresenceStore,
  type PresenceUpdate,
  type RoomSnapshot,
  type UserPage,
} from '../../presence/index.js';
import type { RedisConnection, RedisScript, RedisSubscriber } from '../connection/index.js';
import { readPresenceMessage } from './presence-message.js';
import { LAST_SEEN, LIST, REAP, RENEW, RETIRE, ROOM, UPDATE } from './presence.scripts.js';

const REAPED_AT_ONCE = 500;

/** How long everything stays when no node renews anything any more, in milliseconds. */
const KEEP_MS = 3_600_000;

/** Stands between a room and a user; no room's name has it. */
const NUL = '\0';

type Keys = readonly [string, ...string[]];

/**
 * Presence in Redis. Each call is one script, so it happens whole and in one round trip; leases go by Redis' clock. All keys
 * have one hash tag: in a Redis Cluster, the presence of an app is on one of its servers.
 */
export class RedisPresenceStore implements PresenceStore {
  readonly #events = new Subject<PresenceEvent>();

  readonly events$: Observable<PresenceEvent> = this.#events.asObservable();
  readonly returned$: Observable<void>;

  /** @param onBadMessage called for a message on the channel that is none of ours */
  constructor(
    private readonly connection: RedisConnection,
    private readonly subscriber: RedisSubscriber,
    private readonly onBadMessage: () => void = () => undefined,
  ) {
    const gaps$ = subscriber.gap$.pipe(map(() => undefined));
    this.returned$ = merge(connection.returned$, gaps$);
  }

  /** Begins to listen for what other nodes tell. To be called once, before the connections start. */
  listen(): Promise<void> {
    return this.subscriber.listen(this.#key('events'), (payload) => {
      const event = readPresenceMessage(payload);
      if (event === undefined) this.onBadMessage();
      else this.#events.next(event);
    });
  }

  async update(node: string, update: PresenceUpdate): Promise<PresenceReceipt> {
    const { version, restoring, leaseMs, joins, leaves } = update;
    const reply = await this.#run(UPDATE, node, [
      node,
      String(version),
      restoring ? '1' : '0',
      String(leaseMs),
      String(joins.length),
      ...joins.flatMap(({ room, userId, meta, known }) => [room, userId, meta, known ? '1' : '0']),
      ...leaves.flatMap(({ room, userId, agoMs }) => [room, userId, String(agoMs)]),
    ]);
    return toReceipt(reply);
  }

  async renew(
    node: string,
    version: number,
    leaseMs: number,
    lastSeenTtlMs: number,
  ): Promise<LeaseReceipt> {
    const reply = await this.#run(RENEW, node, [
      node,
      String(version),
      String(leaseMs),
      String(lastSeenTtlMs),
      String(KEEP_MS),
    ]);
    const [, , , , late, expired] = reply as unknown[];
    return { ...toReceipt(reply), late: late === 1, expired: expired as string[] };
  }

  async reap(node: string): Promise<boolean> {
    return Number(await this.#run(REAP, node, [node, String(REAPED_AT_ONCE)])) > 0;
  }

  async retire(node: string, graceMs: number): Promise<readonly string[]> {
    return (await this.#run(RETIRE, node, [node, String(graceMs)])) as string[];
  }

  async heldBy(node: string): Promise<PresenceKey[]> {
    const members = (await this.#command('SMEMBERS', this.#ownKey(node))) as string[];
    return members.map((member) => {
      const end = member.indexOf(NUL);
      return { room: member.slice(0, end), userId: member.slice(end + 1) };
    });
  }

  async areOnline(userIds: readonly string[]): Promise<boolean[]> {
    const members = userIds.map((userId) => memberOf(ANYWHERE, userId));
    const scores = (await this.#command('ZMSCORE', this.#key('members'), ...members)) as unknown[];
    return scores.map((score) => score !== null);
  }

  async count(): Promise<number> {
    const [first, end] = rangeOf(ANYWHERE);
    return Number(await this.#command('ZLEXCOUNT', this.#key('members'), first, end));
  }

  async list(limit: number, after: string | null): Promise<UserPage> {
    const [first, end] = rangeOf(ANYWHERE);
    const start = after === null ? first : `(${memberOf(ANYWHERE, after)}`;
    const reply = await this.#run(LIST, '', [start, end, String(limit)]);
    const [epoch = '', seq, ...members] = reply as string[];
    const userIds = members.map((member) => member.slice(NUL.length));
    return { epoch, seq: Number(seq), userIds };
  }

  async lastSeen(userId: string): Promise<number | null> {
    const atMs = await this.#run(LAST_SEEN, '', [userId]);
    return atMs === null ? null : Number(atMs);
  }

  async room(room: string): Promise<RoomSnapshot> {
    const [epoch = '', seq, ...rest] = (await this.#run(ROOM, '', [room])) as string[];
    const members: { userId: string; meta: string }[] = [];
    for (let index = 0; index < rest.length; index += 2) {
      members.push({ userId: rest[index]!, meta: rest[index + 1]! });
    }
    return { epoch, seq: Number(seq), members };
  }

  #key(part: string): string {
    return this.connection.key('{presence}', part);
  }

  #ownKey(node: string): string {
    return this.connection.key('{presence}', 'node', node);
  }

  #run(script: RedisScript, node: string, args: readonly string[]): Promise<unknown> {
    const keys: Keys = [
      this.#key('nodes'),
      this.#key('info'),
      this.#key('members'),
      this.#key('extra'),
      this.#key('meta'),
      this.#key('seen'),
      this.#key('head'),
      this.#key('events'),
      this.#ownKey(node),
    ];
    return this.connection.script(script, keys, args);
  }

  #command(name: string, key: string, ...args: readonly string[]): Promise<unknown> {
    return this.connection.command(key, name, key, ...args);
  }
}

function memberOf(room: string, userId: string): string {
  return `${room}${NUL}${userId}`;
}

/** The range of a room's members in the order of the bytes. */
function rangeOf(room: string): readonly [first: string, end: string] {
  return [`[${room}${NUL}`, `(${room}\u0001`];
}

function toReceipt(reply: unknown): PresenceReceipt {
  const [held, epoch, seq, size] = reply as [number, string, string, number];
  return { held: held === 1, epoch, seq: Number(seq), size };
}
