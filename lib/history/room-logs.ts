import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Backplane, ClusterMessage, Exceptions } from '../backplane/index.js';
import {
  BACKPLANE,
  BOUNCE_WS_OPTIONS,
  HISTORY_STORE,
  ROOM_MANAGER,
  within,
} from '../common/index.js';
import type { BounceSocket } from '../connection/index.js';
import { HeardCopies } from './heard-copies.js';
import type { ResolvedHistoryOptions, ResolvedHistorySettings } from './history.options.js';
import type { HistoryPosition, HistoryStore, LoggedMessage } from './history-store.interface.js';
import { LogAppender } from './log-appender.js';
import { LogWatch } from './log-watch.js';
import { type Hello, RecoveryRequests } from './recovery-requests.js';
import { RoomLog } from './room-log.js';
import type { RoomLogContext } from './room-log-context.interface.js';

const DONE = Promise.resolve();

/** How long what was said last is waited for however late it is, in milliseconds: a round trip or two. */
const LAST_WORDS_MS = 500;

const OFF: ResolvedHistorySettings = { size: 0, ttlMs: 0, maxRecovered: 0, rooms: () => false };

/** What is needed of the rooms' members, who are kept above this folder. */
interface RoomMembers {
  members(room: string): ReadonlySet<BounceSocket<object>>;
}

/** The rooms with history: those that have members on this node, and those that this node sends to. */
@Injectable()
export class RoomLogs implements RoomLogContext {
  /** Whether any room may have history. */
  readonly isOn: boolean;
  readonly settings: ResolvedHistorySettings;
  readonly copies = new HeardCopies();
  readonly #logger = new Logger('BounceWs');
  readonly #logs = new Map<string, RoomLog>();
  readonly #appender: LogAppender;
  readonly #requests: RecoveryRequests;
  readonly #watch: LogWatch;
  #isReported = false;

  constructor(
    @Inject(HISTORY_STORE) readonly store: HistoryStore,
    @Inject(BACKPLANE) private readonly backplane: Backplane,
    @Inject(ROOM_MANAGER) private readonly rooms: RoomMembers,
    @Inject(BOUNCE_WS_OPTIONS) { history, maxQueuedBytes }: ResolvedHistoryOptions,
  ) {
    this.isOn = history !== false;
    this.settings = history === false ? OFF : history;
    // The other half is for what is live meanwhile.
    this.#requests = new RecoveryRequests(maxQueuedBytes / 2);
    this.#appender = new LogAppender({
      store,
      settings: this.settings,
      known: (room) => this.#logs.get(room)?.position,
      numbered: (room, message, position) => this.#numbered(room, message, position),
      unnumbered: (room, message) => this.#unnumbered(room, message),
      brokenOff: (room, head) => void this.#logs.get(room)?.compare(head),
      report: (error) => this.report(error),
    });
    this.#watch = new LogWatch({
      store,
      backplane,
      appender: this.#appender,
      logs: this.#logs,
      report: (error) => this.report(error),
    });
    if (this.isOn) backplane.received$.subscribe((message) => this.#receive(message));
  }

  /** Begins to look after the logs. To be called once, when the engine runs. */
  start(): void {
    // A node that is alone misses nothing, but shows by asking that its quiet rooms are still in use.
    if (this.isOn) this.#watch.start();
  }

  /**
   * @param withinMs - how long it may take to number what was said last
   * @returns when everything that was said has gone out. Never rejects
   */
  async stop(withinMs: number): Promise<void> {
    this.#watch.stop();
    try {
      await within(Math.max(withinMs, LAST_WORDS_MS), this.#appender.allSettled());
    } catch {
      this.#logger.warn(
        'What was said last in rooms with history may be missing: there is no time left',
      );
    }
    for (const log of this.#logs.values()) log.close();
    this.#logs.clear();
  }

  /** Whether a room has history. */
  has(room: string): boolean {
    return this.isOn && this.settings.rooms(room);
  }

  /** Sends a message to a room with history, on all nodes. It returns at once. */
  append(room: string, message: LoggedMessage): void {
    this.#appender.append(room, message);
  }

  /** A socket is in a room with history. @returns when it was told where it stands, and was sent what it missed. Never rejects */
  entered(socket: BounceSocket<object>, room: string): Promise<void> {
    const log = this.#logs.get(room) ?? new RoomLog(room, this);
    this.#logs.set(room, log);
    return log.enter(socket, this.#requests.take(socket, room));
  }

  /** A socket is in a room no more. */
  left(socket: BounceSocket<object>, room: string): void {
    const log = this.#logs.get(room);
    if (log === undefined) return;
    const request = log.leave(socket);
    if (request !== undefined) this.#requests.putBack(socket, room, request);
    if (this.members(room).size > 0) return;
    log.close();
    this.#logs.delete(room);
  }

  /** Notes what a socket missed. @returns whether it had not said so before */
  greeted(socket: BounceSocket<object>, hello: Hello): boolean {
    if (!this.#requests.add(socket, hello)) return false;
    // What came before this is what such a client does not keep.
    this.copies.forget(socket);
    for (const room of socket.rooms) {
      const request = this.#requests.take(socket, room);
      if (request !== undefined) void this.#logs.get(room)?.enter(socket, request);
    }
    return true;
  }

  members(room: string): ReadonlySet<BounceSocket<object>> {
    return this.rooms.members(room);
  }

  listen(room: string): Promise<void> {
    return this.backplane.isAlone ? DONE : this.backplane.subscribe(`room:${room}`);
  }

  settled(room: string): Promise<void> {
    return this.#appender.settled(room);
  }

  report(error: unknown): void {
    if (this.#isReported) return;
    // Once until it is over: it concerns every message.
    this.#isReported = true;
    this.#logger.warn(
      `The history of rooms cannot be reached; their messages go out without it: ${String(error)}`,
    );
  }

  undelivered(room: string, error: unknown): void {
    this.#logger.error(
      `A message to the room "${room}" could not be sent to all members`,
      error instanceof Error ? error.stack : String(error),
    );
  }

  #numbered(room: string, message: LoggedMessage, position: HistoryPosition): void {
    const { epoch, offset } = position;
    const { envelope, except } = message;
    this.#isReported = false;
    this.#tellOthers(room, { except, action: { type: 'numbered', epoch, offset, envelope } });
    this.#logs.get(room)?.take(epoch, { ...message, offset });
  }

  #unnumbered(room: string, message: LoggedMessage): void {
    const { envelope, except } = message;
    this.#tellOthers(room, {
      except: withoutCopies(except),
      action: { type: 'forward', envelope },
    });
    this.#logs.get(room)?.takeUnnumbered(message);
  }

  #tellOthers(room: string, message: Omit<ClusterMessage, 'audience'>): void {
    if (this.backplane.isAlone) return;
    this.backplane.publish({ ...message, audience: { kind: 'room', names: [room] } });
  }

  #receive({ audience, except, action }: ClusterMessage): void {
    if (action.type !== 'numbered') return;
    const { epoch, offset, envelope } = action;
    const text = typeof envelope === 'string' ? envelope : Buffer.from(envelope).toString();
    for (const room of audience.names) {
      this.#logs.get(room)?.take(epoch, { envelope: text, except, offset });
    }
  }
}

/** For a message without a number, which may be missed: who is in a room that gets it before gets it there. */
function withoutCopies(except: Exceptions | undefined): Exceptions | undefined {
  if (except?.copy === undefined) return except;
  const { copy, rooms = [], ...rest } = except;
  return { ...rest, rooms: [...rooms, ...copy.after] };
}
