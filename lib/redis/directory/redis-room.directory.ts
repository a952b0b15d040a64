import type { LocalRooms, RoomDirectory } from '../../backplane/index.js';
import type { NodeLease, ProblemLog, RedisConnection } from '../connection/index.js';
import { NODE_DATA_MS } from '../redis.constants.js';
import { AFTER_NUL, NUL, ROOMS } from './room.scripts.js';

const NO_ROOMS: LocalRooms = { list: () => [] };
const PROBLEM = 'the members of rooms could not be told to the other nodes';
const MEMBERS_AT_ONCE = 1_000;

/** Is always there, so that an empty key can be told from a lost one. It comes before all members. */
const MARK = NUL;

/**
 * The members of rooms, in one sorted set for each node: a node that is dead is not asked, and its set goes by itself.
 * What could not be written is written with the next renewal of the lease, which comes with the connection.
 */
export class RedisRoomDirectory implements RoomDirectory {
  #local = NO_ROOMS;
  #isIncomplete = false;

  constructor(
    private readonly connection: RedisConnection,
    private readonly lease: NodeLease,
    private readonly log: ProblemLog,
  ) {
    lease.renewed$.subscribe(({ isNew }) => void this.#renew(isNew));
  }

  serve(local: LocalRooms): void {
    this.#local = local;
  }

  joined(room: string, socketId: string): Promise<void> {
    return this.#write('ZADD', '0', memberOf(room, socketId));
  }

  left(room: string, socketId: string): Promise<void> {
    return this.#write('ZREM', memberOf(room, socketId));
  }

  async members(room: string): Promise<string[]> {
    const answers = await this.#ask('ZRANGEBYLEX', ...rangeOf(room));
    const start = room.length + NUL.length;
    return (answers as string[][]).flat().map((member) => member.slice(start));
  }

  async count(room: string): Promise<number> {
    const answers = await this.#ask('ZLEXCOUNT', ...rangeOf(room));
    return answers.reduce<number>((sum, count) => sum + Number(count), 0);
  }

  async rooms(): Promise<string[]> {
    const others = await this.#others();
    const answers = await Promise.all(
      others.map((node) => this.connection.script(ROOMS, [this.#key(node)])),
    );
    return (answers as string[][]).flat();
  }

  async #ask(command: string, ...args: readonly string[]): Promise<unknown[]> {
    const others = await this.#others();
    return Promise.all(
      others.map((node) => {
        const key = this.#key(node);
        return this.connection.command(key, command, key, ...args);
      }),
    );
  }

  async #others(): Promise<string[]> {
    const alive = await this.lease.lookAround();
    return [...alive].filter((node) => node !== this.connection.nodeId);
  }

  async #write(command: string, ...args: readonly string[]): Promise<void> {
    const key = this.#key();
    try {
      await this.connection.command(key, command, key, ...args);
    } catch (error) {
      this.#isIncomplete = true;
      this.log.report(PROBLEM, error);
    }
  }

  async #renew(isNew: boolean): Promise<void> {
    const key = this.#key();
    try {
      const isLost = isNew || this.#isIncomplete;
      if (
        isLost ||
        (await this.connection.command(key, 'PEXPIRE', key, String(NODE_DATA_MS))) === 0
      ) {
        await this.#tellAll();
      }
    } catch (error) {
      this.#isIncomplete = true;
      this.log.report(PROBLEM, error);
    }
  }

  // All is sent in one turn of the event loop: a member that leaves meanwhile is removed after it was added.
  async #tellAll(): Promise<void> {
    const key = this.#key();
    this.#isIncomplete = false;
    const sent = [this.connection.command(key, 'DEL', key)];
    const members = [MARK];
    for (const [room, socketIds] of this.#local.list()) {
      for (const socketId of socketIds) members.push(memberOf(room, socketId));
    }
    for (let start = 0; start < members.length; start += MEMBERS_AT_ONCE) {
      const some = members.slice(start, start + MEMBERS_AT_ONCE).flatMap((member) => ['0', member]);
      sent.push(this.connection.command(key, 'ZADD', key, ...some));
    }
    sent.push(this.connection.command(key, 'PEXPIRE', key, String(NODE_DATA_MS)));
    await Promise.all(sent);
    this.log.resolved(PROBLEM, 'the other nodes know the members of rooms again');
  }

  /** Takes everything back. Never rejects. @internal */
  async stop(): Promise<void> {
    const key = this.#key();
    await this.connection.command(key, 'DEL', key).catch(() => undefined);
  }

  #key(node: string = this.connection.nodeId): string {
    return this.connection.nodeKey('rooms', node);
  }
}

function memberOf(room: string, socketId: string): string {
  return `${room}${NUL}${socketId}`;
}

function rangeOf(room: string): [from: string, to: string] {
  return [`[${room}${NUL}`, `(${room}${AFTER_NUL}`];
}
