import type { Audience, Backplane, ClusterAction } from '../backplane/index.js';
import { type Clock, deliver, FrameCache, type Lossy } from '../connection/index.js';
import type { RoomLogs } from '../history/index.js';
import { CloseCode, type EmitArguments, type EventMap, type EventName } from '../protocol/index.js';
import type { RoomService } from '../rooms/index.js';
import { type BroadcastException, forOtherNodes } from './broadcast-exception.js';
import { logMessage } from './log-message.js';
import type { Recipients } from './recipients.js';

/** Dropped for whoever is behind. */
const VOLATILE: Lossy = {};

/** What a target needs to reach its sockets. */
export interface BroadcastContext {
  readonly clock: Clock;
  readonly recipients: Recipients;
  readonly roomService: RoomService;
  readonly backplane: Backplane;
  readonly history: RoomLogs;
}

interface Choice {
  readonly exceptions: readonly BroadcastException[];
  readonly isLocal: boolean;
  readonly lossyFor: ((event: string) => Lossy) | undefined;
}

const EVERYWHERE: Choice = { exceptions: [], isLocal: false, lossyFor: undefined };

/**
 * Whom to reach, and then what to do with them. A target is a value: each step returns a new one, so it can be kept and
 * used again. The recipients are looked up at the final call: at once on this node, and on the others when they hear of it.
 * What happens here never waits for them.
 *
 * @typeParam TEvents - what may be sent, as for `BroadcastService`
 */
export class BroadcastTarget<TEvents extends object = EventMap> {
  /** @internal */
  constructor(
    private readonly context: BroadcastContext,
    private readonly audience: Audience,
    private readonly choice: Choice = EVERYWHERE,
  ) {}

  /** Leaves out sockets, everybody who is in one of the rooms, and with `{ user: id }` all connections of a user. */
  except(...exceptions: readonly BroadcastException[]): BroadcastTarget<TEvents> {
    return this.#with({ exceptions: [...this.choice.exceptions, ...exceptions] });
  }

  /** Reaches only the sockets of this node. */
  local(): BroadcastTarget<TEvents> {
    return this.#with({ isLocal: true });
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
   * Sends an event to every recipient. It is encoded once per codec. To a room with history it goes once the engine has
   * numbered it, unless it is {@link local}, {@link volatile} or one to {@link coalesce}.
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
    const rest = this.context.history.isOn ? this.#log(frames) : this;
    if (rest !== undefined) rest.#send(frames, event);
  }

  /** Closes every recipient. @param code - as for `BounceSocket.close()` */
  disconnect(code: number = CloseCode.Normal, reason = ''): void {
    for (const socket of [...this.#recipients()]) socket.close(code, reason);
    this.#tellOthers(() => ({ type: 'disconnect', code, reason }));
  }

  /**
   * Puts every recipient into a room. Those that cannot go in do not keep the others out; on other nodes that is logged.
   *
   * @returns when all recipients of this node are in
   * @throws BounceWsError `invalid_payload` for a name that is none, `limit_exceeded`
   */
  async join(room: string): Promise<void> {
    const joined = this.context.roomService.joinAll([...this.#recipients()], room);
    this.#tellOthers(() => ({ type: 'join', room }));
    await joined;
  }

  /** Takes every recipient out of a room. @returns when all recipients of this node are out */
  async leave(room: string): Promise<void> {
    const left = this.context.roomService.leaveAll([...this.#recipients()], room);
    this.#tellOthers(() => ({ type: 'leave', room }));
    await left;
  }

  #send(frames: FrameCache, event: string): void {
    const lossy = this.choice.lossyFor?.(event);
    deliver(frames, this.#recipients(), lossy);
    this.#tellOthers(() => ({ type: 'forward', envelope: frames.envelope(), lossy }));
  }

  /** Leaves the rooms with history to their logs. @returns the target that is left, if there is one */
  #log(frames: FrameCache): BroadcastTarget<TEvents> | undefined {
    const { audience, choice } = this;
    if (audience.kind !== 'room' || choice.isLocal || choice.lossyFor !== undefined) return this;
    const { logged, others } = logMessage(
      frames,
      audience.names,
      choice.exceptions,
      this.context.history,
    );
    if (logged.length === 0) return this;
    if (others.length === 0) return undefined;
    const rest = new BroadcastTarget<TEvents>(
      this.context,
      { kind: 'room', names: others },
      choice,
    );
    return rest.except(...logged);
  }

  #recipients(): ReturnType<Recipients['of']> {
    return this.context.recipients.of(this.audience, this.choice.exceptions);
  }

  // A function, so that a node that is alone makes nothing that nobody reads.
  #tellOthers(action: () => ClusterAction): void {
    const { backplane } = this.context;
    if (this.choice.isLocal || backplane.isAlone) return;
    const except = forOtherNodes(this.choice.exceptions);
    backplane.publish({ audience: this.audience, except, action: action() });
  }

  #with(change: Partial<Choice>): BroadcastTarget<TEvents> {
    return new BroadcastTarget(this.context, this.audience, { ...this.choice, ...change });
  }
}
