import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { type BounceSocket, isUserId } from '../connection/index.js';
import { BounceWsError } from '../protocol/index.js';
import { RoomService } from '../rooms/index.js';
import { metaText } from './meta-text.js';
import type { PresenceChange } from './online-roster.js';
import { PresenceNode } from './presence.node.js';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1_000;

/** Which part of all users {@link PresenceService.list} returns. */
export interface PresenceListOptions {
  /** How many users at most, 1 to 1000. @default 100 */
  readonly limit?: number;
  /** The {@link PresencePage.cursor} of the page before. @default the first page */
  readonly cursor?: string | null;
}

/** Some of the users who are online. */
export interface PresencePage {
  readonly users: string[];
  /** Where the next page begins; `null` after the last one. */
  readonly cursor: string | null;
}

/** A user in a room. */
export interface RoomMember {
  readonly userId: string;
  /** What {@link PresenceService.track} was given last for this user in this room. */
  readonly meta: unknown;
}

/** Options of {@link PresenceService.track}. */
export interface TrackOptions {
  /** Whether the socket is sent `presence_state` and then `presence_diff`. @default true */
  readonly notify?: boolean;
}

/**
 * Who is online, on all nodes. It goes by users and not by connections: three tabs are one user, who comes online with the
 * first and goes offline when the last one has been closed for the grace (`presence.graceMs`). Connections without a user do not
 * count.
 *
 * Every question takes one round trip to the engine, and rejects with `BounceWsError` `unavailable` while the engine
 * cannot be reached. What happened on this node before the question is in the answer.
 */
@Injectable()
export class PresenceService {
  /**
   * Users that come online and go offline, on any node, in the order in which they did: of each user in turn. After this
   * node was cut off from the engine it tells who came and who went meanwhile; who did both is not mentioned. After the
   * engine lost its data, who left is told when all nodes have had `presence.leaseMs` to announce their users again.
   * Completes when the app has closed.
   *
   * Once somebody listens, the node keeps the ids of all users who are online.
   */
  readonly changes$: Observable<PresenceChange>;

  constructor(
    private readonly node: PresenceNode,
    private readonly rooms: RoomService,
  ) {
    this.changes$ = node.roster.changes$;
  }

  /** Whether a user has a connection on any node, or had one within the grace. */
  async isOnline(userId: string): Promise<boolean> {
    return (await this.areOnline([userId])).get(userId) ?? false;
  }

  /** The same for many users at once. @returns an entry for each of the ids */
  async areOnline(userIds: readonly string[]): Promise<Map<string, boolean>> {
    const answers = new Map(userIds.map((userId) => [userId, false]));
    const asked = [...answers.keys()].filter(isUserId);
    if (asked.length === 0) return answers;
    await this.node.announcer.settled();
    const online = await this.node.store.areOnline(asked);
    for (const [index, userId] of asked.entries()) answers.set(userId, online[index] ?? false);
    return answers;
  }

  /** How many users are online. Nobody is looked at one by one. */
  async count(): Promise<number> {
    await this.node.announcer.settled();
    return this.node.store.count();
  }

  /**
   * The users who are online, page by page, in a fixed order. Who stays online while the pages are read is on exactly one of
   * them.
   *
   * @throws BounceWsError `invalid_payload` for a limit that is no whole number from 1 to 1000, or a cursor that is no
   *   string: both often come from a request
   */
  async list({
    limit = DEFAULT_LIMIT,
    cursor = null,
  }: PresenceListOptions = {}): Promise<PresencePage> {
    assertLimit(limit);
    assertCursor(cursor);
    await this.node.announcer.settled();
    const { userIds } = await this.node.store.list(limit, cursor);
    return {
      users: [...userIds],
      cursor: userIds.length < limit ? null : (userIds.at(-1) ?? null),
    };
  }

  /**
   * When a user was online last: now, when they are; else when their last connection closed, or their node was last heard of.
   * `null` when they never were, or longer ago than `presence.lastSeenTtlMs`.
   */
  async lastSeen(userId: string): Promise<Date | null> {
    if (!isUserId(userId)) return null;
    await this.node.announcer.settled();
    const atMs = await this.node.store.lastSeen(userId);
    return atMs === null ? null : new Date(atMs);
  }

  /** The users who show up in a room, on all nodes. */
  async room(room: string): Promise<RoomMember[]> {
    await this.node.announcer.settled();
    const { members } = await this.node.store.room(room);
    return members.map(({ userId, meta }) => ({ userId, meta: JSON.parse(meta) as unknown }));
  }

  /**
   * Lets the user of a socket show up in a room, and puts the socket into it. The socket is sent `presence_state`, which is
   * everybody who shows up there, and from then on `presence_diff`. A user with several sockets shows up once, with the
   * metadata that was given last; to call it again is how to change that. They leave when the last of their sockets leaves
   * the room, and with a grace when it closes.
   *
   * @param meta - anything that JSON can hold, at most `presence.maxMetaBytes`; everybody in the room sees it
   * @throws BounceWsError `unauthenticated` for a socket without a user, `limit_exceeded`, and what `RoomService.join` throws
   * @throws TypeError for metadata that JSON cannot hold
   */
  async track(
    socket: BounceSocket<object>,
    room: string,
    meta: unknown = {},
    { notify = true }: TrackOptions = {},
  ): Promise<void> {
    const { userId } = socket;
    if (userId === null) throw new BounceWsError('unauthenticated');
    const text = metaText(meta, this.node.settings.maxMetaBytes);
    await this.rooms.join(socket, room);
    // While it was joining, it may have closed, left, or become somebody else's.
    if (socket.closed || socket.userId !== userId || !socket.rooms.has(room)) return;
    this.node.tracker.add(socket, room, userId, text);
    if (notify) this.node.roomFeed.add(socket, room, userId);
  }

  /** Ends what {@link track} began, at once; the socket stays in the room. On a socket that is not tracked nothing happens. */
  untrack(socket: BounceSocket<object>, room: string): void {
    this.node.tracker.delete(socket, room);
  }
}

function assertLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return;
  throw invalid('limit', `must be a whole number from 1 to ${LARGEST_LIMIT}`);
}

function assertCursor(cursor: unknown): void {
  if (cursor === null || typeof cursor === 'string') return;
  throw invalid('cursor', 'must be the cursor of the page before');
}

function invalid(field: string, reason: string): BounceWsError {
  return new BounceWsError('invalid_payload', `The ${field} ${reason}`, {
    details: { fields: [{ field, reason }] },
  });
}
