import {
  BounceWsError,
  CloseCode,
  ReservedEvent,
  type Codec,
  type EventAnswer,
  type EventMap,
  type EventName,
  type MessageId,
  type RequestArguments,
} from '../protocol/index.js';
import { closeReason } from './close-reason.js';
import type { FlushingWebSocket } from './flushing-websocket.js';
import type { Handshake } from './handshake.js';
import type { Identity } from './identity.interface.js';
import { OutboundFrame } from './outbound-frame.js';
import { OutboundQueue } from './outbound-queue.js';
import { PendingRequests } from './pending-requests.js';
import type { EmitOptions, Lossy } from './slow-reader-policy.js';
import type { SocketBroadcastOptions, SocketContext } from './socket-context.interface.js';
import { WebSocketView } from './websocket-view.js';

/** Options of {@link BounceSocket.request}. */
export interface SocketRequestOptions {
  /** Milliseconds the client has to answer. @default the module's `requestTimeoutMs` */
  readonly timeoutMs?: number;
}

/**
 * One connected client, as handlers see it.
 *
 * @typeParam TState - what the app keeps in {@link state}
 * @typeParam TEvents - what may be sent to this client: an interface of event names and their data, the same that
 *   `BounceClient` takes; a function type `(data) => answer` for what is asked with {@link request}. Any by default.
 */
export class BounceSocket<
  TState extends object = Record<string, unknown>,
  TEvents extends object = EventMap,
> extends WebSocketView {
  /** Unique on all nodes; 22 characters that cannot be guessed. */
  readonly id: string;
  /** Who is connected, once authenticated; otherwise `null`. */
  user: unknown = null;
  #userId: string | null = null;
  /** The app's own notes about this connection. Starts empty and lives as long as the connection. */
  state: TState = {} as TState;
  /** Whether a ping is unanswered. @internal */
  awaitingPong = false;
  /** The heartbeat's slot this connection is in. @internal */
  heartbeatSlot = 0;

  readonly #outbound: OutboundQueue;
  #requests: PendingRequests | undefined;
  #closeCode: number | undefined;

  /** @internal */
  constructor(
    ws: FlushingWebSocket,
    /** The HTTP request the connection came from, and what was negotiated. */
    readonly handshake: Handshake,
    /** @internal */
    readonly codec: Codec,
    private readonly context: SocketContext<BounceSocket<object>>,
  ) {
    super(ws);
    this.id = context.ids.next();
    this.#outbound = new OutboundQueue(ws, context.scheduler, this, context.maxQueuedBytes);
    ws.outbound = this.#outbound;
  }

  /** What `toUser()` and presence call the user by; `null` while nobody is known. `ConnectionRegistry.identify()` sets it. */
  get userId(): string | null {
    return this.#userId;
  }

  /** The rooms this socket is in; after it closed, the ones it was in last. */
  get rooms(): ReadonlySet<string> {
    return this.context.rooms.roomsOf(this as BounceSocket<object>);
  }

  /** Whether nothing more can be sent. */
  get closed(): boolean {
    return this.raw.readyState !== this.raw.OPEN;
  }

  /** The code this side closed with, if it did. @internal */
  get ownCloseCode(): number | undefined {
    return this.#closeCode;
  }

  /**
   * Sends an event to this client. On a closed socket nothing happens.
   *
   * @param data - the payload; `{}` when left out
   * @param options - what becomes of it while the client is behind; by default it waits
   * @throws TypeError when the payload has no form on the wire: a cycle, a BigInt, a function
   */
  emit<TEvent extends EventName<TEvents>>(
    event: TEvent,
    ...data: RequestArguments<TEvents, TEvent, EmitOptions>
  ): void;
  emit(event: string, data: unknown = {}, options?: EmitOptions): void {
    const lossy = options === undefined ? undefined : lossyOf(options);
    if (lossy === undefined) {
      this.deliver(event, data);
    } else if (!this.closed) {
      const frame = this.#encode(event, data);
      if (frame !== undefined) this.#outbound.offer(frame, lossy);
    }
  }

  /**
   * Sends an event and waits for the client's answer.
   *
   * @returns what the client answered
   * @throws BounceWsError `timeout` when it does not answer in time, `unavailable` when it is gone or its codec has no
   *   answers, and the client's own code (or `internal_error`) when it answers that it cannot
   */
  request<TEvent extends EventName<TEvents>>(
    event: TEvent,
    ...args: RequestArguments<TEvents, TEvent, SocketRequestOptions>
  ): Promise<EventAnswer<TEvents, TEvent>>;
  request(event: string, data: unknown = {}, options: SocketRequestOptions = {}): Promise<unknown> {
    if (this.codec.hasIds !== true) return this.#cannotAnswer();
    this.#requests ??= new PendingRequests();
    const { id, answer } = this.#requests.open(options.timeoutMs ?? this.context.requestTimeoutMs);
    if (this.closed) this.#requests.rejectAll();
    else this.deliver(event, data, id);
    return answer;
  }

  /** Enters a room. Being in it already is no error. @throws BounceWsError `invalid_payload`, `limit_exceeded` */
  join(room: string): Promise<void> {
    return this.context.rooms.join(this as BounceSocket<object>, room);
  }

  /** Leaves a room. Not being in it is no error. */
  leave(room: string): Promise<void> {
    return this.context.rooms.leave(this as BounceSocket<object>, room);
  }

  /** Sends an event to everybody in this socket's rooms, or in those named by `to`, but not to itself. */
  broadcast<TEvent extends EventName<TEvents>>(
    event: TEvent,
    ...args: RequestArguments<TEvents, TEvent, SocketBroadcastOptions>
  ): void;
  broadcast(event: string, data: unknown = {}, options: SocketBroadcastOptions = {}): void {
    this.context.broadcaster.broadcastFrom(this as BounceSocket<object>, event, data, options);
  }

  /**
   * Runs a script in the browser, if the page's client was created with `allowEval`.
   *
   * @throws BounceWsError `forbidden` unless the module was set up with `evalJs: true`
   */
  evalJs(script: string): void {
    if (!this.context.evalJs) {
      throw new BounceWsError(
        'forbidden',
        'evalJs is off; BounceWsModule.forRoot({ evalJs: true }) turns it on',
      );
    }
    this.deliver(ReservedEvent.EvalJs, { script });
  }

  /**
   * Closes the connection after what was sent before. Closing twice is no error.
   *
   * @param code - 1000, or 3000 to 4999, or one of `CloseCode`
   * @param reason - for people; cut to the 123 bytes that fit
   * @throws TypeError when the code may not be sent
   */
  close(code: number = CloseCode.Normal, reason = ''): void {
    const isFirst = !this.closed;
    this.raw.close(code, closeReason(reason));
    // Only now: `ws` throws for a code that may not be sent. And the code of a peer that closed first is the one that counts.
    if (isFirst) this.#closeCode ??= code;
    // A paused connection would never see the peer's half of the closing handshake.
    this.raw.resume();
  }

  /** Sends bytes or text as they are. */
  send(frame: string | Uint8Array): void {
    this.#outbound.pushSoon(new OutboundFrame(frame));
  }

  /** Encodes and sends one message. @internal */
  deliver(event: string, data: unknown, id?: MessageId): void {
    if (this.closed) return;
    const frame = this.#encode(event, data, id);
    if (frame !== undefined) this.#outbound.pushSoon(frame);
  }

  /** Sends a frame that was encoded for many. A lossy one need not wait for a peer that is behind. @internal */
  deliverFrame(frame: OutboundFrame, lossy?: Lossy): void {
    if (this.closed) return;
    if (lossy === undefined) this.#outbound.push(frame);
    else this.#outbound.offer(frame, lossy);
  }

  /** Takes the client's answer to a request. @internal */
  settleRequest(id: unknown, data: unknown, error: unknown): void {
    this.#requests?.settle(id, data, error);
  }

  /** Notes whose connection it is; the registry calls it. @internal */
  setIdentity(identity: Identity | null): void {
    this.user = identity?.user ?? null;
    this.#userId = identity?.userId ?? null;
  }

  /** Lets go of everything that waited for the peer. @internal */
  release(): void {
    this.#requests?.rejectAll();
    this.#outbound.discard();
  }

  #cannotAnswer(): Promise<never> {
    const answer = Promise.reject(
      new BounceWsError('unavailable', `The codec "${this.codec.name}" has no answers to requests`),
    );
    // As with any other request, nobody's process may end because nobody awaited it.
    answer.catch(() => undefined);
    return answer;
  }

  /** @internal */
  onSlowReader(): void {
    this.#closeCode ??= CloseCode.Overloaded;
    // A close frame would wait behind the very bytes the peer does not read.
    this.raw.terminate();
  }

  #encode(event: string, data: unknown, id?: MessageId): OutboundFrame | undefined {
    const timestamp = this.context.clock.timestamp();
    const frame = this.codec.encode({ event, data, timestamp, id });
    return frame === undefined ? undefined : new OutboundFrame(frame);
  }
}

function lossyOf({ volatile = false, coalesceKey }: EmitOptions): Lossy | undefined {
  if (coalesceKey !== undefined) return { key: coalesceKey };
  return volatile ? {} : undefined;
}
