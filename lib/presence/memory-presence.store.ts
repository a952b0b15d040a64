import { NEVER, type Observable, Subject } from 'rxjs';
import { firstAfter } from './first-after.js';
import { NodeRecord } from './node-record.js';
import {
  type AnnouncedJoin,
  ANYWHERE,
  type LeaseReceipt,
  type PresenceEvent,
  type PresenceKey,
  type PresenceReceipt,
  type PresenceStore,
  type PresenceUpdate,
  type RoomSnapshot,
  type UserPage,
} from './presence-store.interface.js';

/** As long as the process lives, nothing is lost. */
const EPOCH = 'memory';
const REAPED_AT_ONCE = 500;

/** A user in a room, over all nodes. */
interface Member {
  nodes: number;
  meta: string;
}

/** The changes of one call, on their way to becoming an event. */
interface Changes {
  readonly joins: AnnouncedJoin[];
  readonly leaves: PresenceKey[];
}

/** The presence of the nodes of one process: of the only one, or of several that share an instance. */
export class MemoryPresenceStore implements PresenceStore {
  readonly #nodes = new Map<string, NodeRecord>();
  readonly #rooms = new Map<string, Map<string, Member>>();
  readonly #seen = new Map<string, number>();
  readonly #events = new Subject<PresenceEvent>();
  #seq = 0;
  #sorted: string[] | undefined;

  readonly events$: Observable<PresenceEvent> = this.#events.asObservable();
  readonly returned$: Observable<void> = NEVER;

  async update(node: string, update: PresenceUpdate): Promise<PresenceReceipt> {
    const { version, restoring } = update;
    const record = this.#nodes.get(node) ?? new NodeRecord();
    const before = record.version;
    if (before !== undefined && version <= before) return this.#receipt(record);
    if (!restoring && before !== version - 1) return this.#receipt(undefined);
    this.#nodes.set(node, record);
    record.version = version;
    if (restoring) this.#extendLease(record, update.leaseMs);
    const changes: Changes = { joins: [], leaves: [] };
    for (const join of update.joins) this.#join(record, join, changes);
    for (const leave of update.leaves) {
      this.#leave(record, leave, Date.now() - leave.agoMs, changes);
    }
    this.#publish(changes);
    return this.#receipt(record);
  }

  async renew(
    node: string,
    version: number,
    leaseMs: number,
    lastSeenTtlMs: number,
  ): Promise<LeaseReceipt> {
    const record = this.#nodes.get(node);
    const late = record !== undefined && record.leaseEndsAtMs < performance.now();
    const held = record?.version === version;
    if (held) this.#extendLease(record, leaseMs);
    this.#forgetSeenBefore(Date.now() - lastSeenTtlMs);
    const expired = [...this.#nodes]
      .filter(([, { leaseEndsAtMs }]) => leaseEndsAtMs < performance.now())
      .map(([id]) => id);
    return { ...this.#receipt(held ? record : undefined), late, expired };
  }

  async reap(node: string): Promise<boolean> {
    const record = this.#nodes.get(node);
    if (record === undefined || record.leaseEndsAtMs > performance.now()) return false;
    record.version = undefined;
    const changes: Changes = { joins: [], leaves: [] };
    let left = REAPED_AT_ONCE;
    for (const entry of record.entries()) {
      if (left-- === 0) break;
      this.#leave(record, entry, record.aliveAtMs, changes);
    }
    if (record.size === 0) this.#nodes.delete(node);
    this.#publish(changes);
    return record.size > 0;
  }

  async retire(node: string, graceMs: number): Promise<readonly string[]> {
    const record = this.#nodes.get(node);
    const now = performance.now();
    if (record !== undefined) {
      record.version = undefined;
      record.aliveAtMs = Date.now();
      record.leaseEndsAtMs = now + graceMs;
    }
    if ([...this.#nodes.values()].some((other) => other.isAlive(now))) {
      if (record !== undefined) this.#emit({ joins: [], leaves: [], retiring: { node, graceMs } });
      return [];
    }
    for (const left of this.#nodes.values()) left.leaseEndsAtMs = now;
    return [...this.#nodes.keys()];
  }

  async heldBy(node: string): Promise<PresenceKey[]> {
    return [...(this.#nodes.get(node)?.entries() ?? [])];
  }

  async areOnline(userIds: readonly string[]): Promise<boolean[]> {
    const online = this.#rooms.get(ANYWHERE);
    return userIds.map((userId) => online?.has(userId) ?? false);
  }

  async count(): Promise<number> {
    return this.#rooms.get(ANYWHERE)?.size ?? 0;
  }

  async list(limit: number, after: string | null): Promise<UserPage> {
    this.#sorted ??= [...(this.#rooms.get(ANYWHERE)?.keys() ?? [])].sort();
    const start = after === null ? 0 : firstAfter(this.#sorted, after);
    const userIds = this.#sorted.slice(start, start + limit);
    return { epoch: EPOCH, seq: this.#seq, userIds };
  }

  async lastSeen(userId: string): Promise<number | null> {
    if (this.#rooms.get(ANYWHERE)?.has(userId) === true) return Date.now();
    return this.#seen.get(userId) ?? null;
  }

  async room(room: string): Promise<RoomSnapshot> {
    const members = Array.from(this.#rooms.get(room) ?? [], ([userId, { meta }]) => ({
      userId,
      meta,
    }));
    return { epoch: EPOCH, seq: this.#seq, members };
  }

  #join(record: NodeRecord, { room, userId, meta, known }: AnnouncedJoin, changes: Changes): void {
    const members = this.#rooms.get(room) ?? new Map<string, Member>();
    const member = members.get(userId);
    if (member === undefined) {
      const hadLeft = room === ANYWHERE && this.#seen.has(userId);
      this.#rooms.set(room, members.set(userId, { nodes: 0, meta }));
      if (room === ANYWHERE) this.#cameOnline(userId);
      changes.joins.push({ room, userId, meta, known: known && !hadLeft });
    } else if (member.meta !== meta && !known) {
      member.meta = meta;
      changes.joins.push({ room, userId, meta, known: false });
    }
    if (record.add({ room, userId })) members.get(userId)!.nodes++;
  }

  #leave(record: NodeRecord, { room, userId }: PresenceKey, seenAtMs: number, out: Changes): void {
    if (!record.delete({ room, userId })) return;
    const members = this.#rooms.get(room)!;
    const member = members.get(userId)!;
    if (--member.nodes > 0) return;
    members.delete(userId);
    if (members.size === 0) this.#rooms.delete(room);
    if (room === ANYWHERE) this.#wentOffline(userId, seenAtMs);
    out.leaves.push({ room, userId });
  }

  #cameOnline(userId: string): void {
    this.#sorted = undefined;
    this.#seen.delete(userId);
  }

  #wentOffline(userId: string, atMs: number): void {
    this.#sorted = undefined;
    this.#seen.set(userId, atMs);
  }

  // The oldest come first, since a user who comes back is forgotten until they leave again.
  #forgetSeenBefore(limitMs: number): void {
    for (const [userId, atMs] of this.#seen) {
      if (atMs >= limitMs) return;
      this.#seen.delete(userId);
    }
  }

  #extendLease(record: NodeRecord, leaseMs: number): void {
    record.leaseEndsAtMs = performance.now() + leaseMs;
    record.aliveAtMs = Date.now();
  }

  #receipt(record: NodeRecord | undefined): PresenceReceipt {
    return { held: record !== undefined, epoch: EPOCH, seq: this.#seq, size: record?.size ?? 0 };
  }

  #publish(changes: Changes): void {
    if (changes.joins.length > 0 || changes.leaves.length > 0) this.#emit(changes);
  }

  #emit(event: Omit<PresenceEvent, 'epoch' | 'seq'>): void {
    this.#events.next({ ...event, epoch: EPOCH, seq: ++this.#seq });
  }
}
