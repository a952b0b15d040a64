import type { BounceSocket, Clock } from '../connection/index.js';
import { CloseCode } from '../protocol/index.js';
import type { RoomService } from '../rooms/index.js';
import { FrameCache } from './frame-cache.js';

/** Whom a broadcast leaves out: a socket, or everybody in a room. */
export type BroadcastException = BounceSocket<object> | string;

/** What a target needs to reach its sockets. */
export interface BroadcastContext {
  readonly clock: Clock;
  readonly roomService: RoomService;
  readonly membersOf: (room: string) => ReadonlySet<BounceSocket<object>>;
}

/**
 * Whom to reach, and then what to do with them. A target is a value: each step returns a new one, so it can be kept and
 * used again. The recipients are looked up at the final call.
 */
export class BroadcastTarget {
  /** @internal */
  constructor(
    private readonly context: BroadcastContext,
    private readonly candidates: () => Iterable<BounceSocket<object>>,
    private readonly exceptions: readonly BroadcastException[] = [],
    private readonly isVolatile = false,
  ) {}

  /** Leaves out sockets, or everybody who is in one of the rooms. */
  except(...exceptions: readonly BroadcastException[]): BroadcastTarget {
    return this.#with({ exceptions: [...this.exceptions, ...exceptions] });
  }

  /** Reaches only the sockets of this node. */
  local(): BroadcastTarget {
    return this;
  }

  /** Drops the message for recipients that have not read what was sent before; for values that are soon outdated. */
  volatile(): BroadcastTarget {
    return this.#with({ isVolatile: true });
  }

  /**
   * Sends an event to every recipient. It is encoded once per codec.
   *
   * @param data - the payload; `{}` when left out
   * @throws TypeError when the payload has no form on the wire
   */
  emit(event: string, data: unknown = {}): void {
    const frames = new FrameCache({ event, data, timestamp: this.context.clock.timestamp() });
    for (const socket of this.#recipients()) {
      socket.deliverFrame(frames.for(socket.codec), this.isVolatile);
    }
  }

  /** Closes every recipient. @param code - as for `BounceSocket.close()` */
  disconnect(code: number = CloseCode.Normal, reason = ''): void {
    for (const socket of [...this.#recipients()]) socket.close(code, reason);
  }

  /** Puts every recipient into a room. @throws BounceWsError `invalid_payload` for a name that is none */
  async join(room: string): Promise<void> {
    await Promise.all(
      Array.from(this.#recipients(), (socket) => this.context.roomService.join(socket, room)),
    );
  }

  /** Takes every recipient out of a room. */
  async leave(room: string): Promise<void> {
    await Promise.all(
      Array.from(this.#recipients(), (socket) => this.context.roomService.leave(socket, room)),
    );
  }

  #recipients(): Iterable<BounceSocket<object>> {
    return this.exceptions.length === 0 ? this.candidates() : this.#filtered();
  }

  *#filtered(): Generator<BounceSocket<object>> {
    const excluded = new Set<BounceSocket<object>>();
    for (const exception of this.exceptions) {
      if (typeof exception !== 'string') excluded.add(exception);
      else for (const member of this.context.membersOf(exception)) excluded.add(member);
    }
    for (const socket of this.candidates()) if (!excluded.has(socket)) yield socket;
  }

  #with(change: {
    exceptions?: readonly BroadcastException[];
    isVolatile?: boolean;
  }): BroadcastTarget {
    const { exceptions = this.exceptions, isVolatile = this.isVolatile } = change;
    return new BroadcastTarget(this.context, this.candidates, exceptions, isVolatile);
  }
}
