import { type BounceSocket, deliver, FrameCache } from '../connection/index.js';
import { ReservedEvent } from '../protocol/index.js';
import { RoomMirror } from './room-mirror.js';

/** The sockets of this node that are told about a room's presence: the whole state once, then what changes. */
export class RoomAudience {
  readonly mirror: RoomMirror;
  /** Whether the mirror has the whole room. */
  isFilled = false;
  /** Whether the mirror may have missed something. */
  isStale = false;
  /** Whether the whole room has been asked for. */
  isReading = false;
  /** Told the state already. */
  readonly #told = new Set<BounceSocket<object>>();
  /** Not yet, and whose they are. */
  readonly #fresh = new Map<BounceSocket<object>, string>();

  constructor(readonly room: string) {
    this.mirror = new RoomMirror(room);
  }

  /** Whether nobody is left to be told. */
  get isEmpty(): boolean {
    return this.#told.size + this.#fresh.size === 0;
  }

  /** Whether a socket is told. */
  has(socket: BounceSocket<object>): boolean {
    return this.#told.has(socket) || this.#fresh.has(socket);
  }

  /** Adds a socket; it gets the state as soon as its user is in it. */
  add(socket: BounceSocket<object>, userId: string): void {
    this.#fresh.set(socket, userId);
  }

  /** Removes a socket. */
  delete(socket: BounceSocket<object>): void {
    this.#told.delete(socket);
    this.#fresh.delete(socket);
  }

  /** Sends what there is to say. Each message is encoded once, however many get it. */
  flush(timestamp: string): void {
    const diff = this.mirror.takeDiff();
    if (diff !== undefined) {
      const frames = new FrameCache({ event: ReservedEvent.PresenceDiff, data: diff, timestamp });
      deliver(frames, this.#told);
    }
    this.#welcome(timestamp);
  }

  #welcome(timestamp: string): void {
    if (!this.isFilled) return;
    const ready = [...this.#fresh].filter(([, userId]) => this.mirror.has(userId));
    if (ready.length === 0) return;
    const data = this.mirror.state();
    const frames = new FrameCache({ event: ReservedEvent.PresenceState, data, timestamp });
    for (const [socket] of ready) {
      this.#fresh.delete(socket);
      this.#told.add(socket);
      deliver(frames, [socket]);
    }
  }
}
