import { BounceSocket, type Clock, type Lossy } from '../connection/index.js';
import { CloseCode, type EmitArguments, type EventMap, type EventName } from '../protocol/index.js';
import type { RoomService } from '../rooms/index.js';
import { FrameCache } from './frame-cache.js';

/** Leaves out all connections of a user. */
export interface UserException {
  /** The user's id. */
  readonly user: string;
}

/** Whom a broadcast leaves out: a socket, everybody in a room, or a user with all their connections. */
export type BroadcastException = BounceSocket<object> | string | UserException;

/** Dropped for whoever is behind. */
const VOLATILE: Lossy = {};

/** What a target needs to reach its sockets. */
export interface BroadcastContext {
  readonly clock: Clock;
  readonly roomService: RoomService;
  readonly membersOf: (room: string) => ReadonlySet<BounceSocket<object>>;
  readonly connectionsOf: (userId: string) => ReadonlySet<BounceSocket<object>>;
}

/**
 * Whom to reach, and then what to do with them. A target is a value: each step returns a new one, so it can be kept and
 * used again. The recipients are looked up at the final call.
 *
 * @typeParam TEvents - what may be sent, as for `BroadcastService`
 */
export class BroadcastTarget<TEvents extends object = EventMap> {
  /** @internal */
  constructor(
    private readonly context: BroadcastContext,
    private readonly candidates: () => Iterable<BounceSocket<object>>,
    private readonly exceptions: readonly BroadcastException[] = [],
    private readonly lossyFor?: (event: string) => Lossy,
  ) {}

  /** Leaves out sockets, everybody who is in one of the rooms, and with `{ user: id }` all connections of a user. */
  except(...exceptions: readonly BroadcastException[]): BroadcastTarget<TEvents> {
    return this.#with({ exceptions: [...this.exceptions, ...exceptions] });
  }

  /** Reaches only the sockets of this node. */
  local(): BroadcastTarget<TEvents> {
    return this;
  }

  /** Drops the message for recipients that have not read what was sent before; for values that are soon outdated. */
  volatile(): BroadcastTarget<TEvents> {
    return this.#with({ lossyFor: () => VOLATILE });
  }

  /**
   * Sends to recipients that have not read what was sent before only the latest message of a key, once they have: for
   * values of which the last one counts, such as a position or a price. It may arrive after messages that were sent later.
   *
   * @param key - what the message is the latest of, for instance `position:${id}`; by default the event
   */
  coalesce(key?: string): BroadcastTarget<TEvents> {
    return this.#with({ lossyFor: (event) => ({ key: key ?? event }) });
  }

  /**
   * Sends an event to every recipient. It is encoded once per codec.
   *
   * @param data - the payload; `{}` when left out
   * @throws TypeError when the payload has no form on the wire
   */
  emit<TEvent extends EventName<TEvents>>(
    event: TEvent,
    ...data: EmitArguments<TEvents, TEvent>
  ): void;
  emit(event: string, data: unknown = {}): void {
    const frames = new FrameCache({ event, data, timestamp: this.context.clock.timestamp() });
    const lossy = this.lossyFor?.(event);
    for (const socket of this.#recipients()) {
      const frame = frames.for(socket.codec);
      if (frame !== undefined) socket.deliverFrame(frame, lossy);
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
      for (const socket of this.#named(exception)) excluded.add(socket);
    }
    for (const socket of this.candidates()) if (!excluded.has(socket)) yield socket;
  }

  #named(exception: BroadcastException): Iterable<BounceSocket<object>> {
    if (typeof exception === 'string') return this.context.membersOf(exception);
    if (exception instanceof BounceSocket) return [exception];
    return this.context.connectionsOf(exception.user);
  }

  #with(change: {
    exceptions?: readonly BroadcastException[];
    lossyFor?: ((event: string) => Lossy) | undefined;
  }): BroadcastTarget<TEvents> {
    const { exceptions = this.exceptions, lossyFor = this.lossyFor } = change;
    return new BroadcastTarget(this.context, this.candidates, exceptions, lossyFor);
  }
}
