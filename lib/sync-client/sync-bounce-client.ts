import type {
  EmitArguments,
  EventAnswer,
  EventData,
  EventMap,
  EventName,
  RequestArguments,
} from '../protocol/event-map.js';
import { assertNumber } from '../protocol/number-options.js';
import { webSocketUrl } from '../protocol/web-socket-url.js';
import { CallbackRunner } from './callback-runner.js';
import { checkCloseArguments } from './close-arguments.js';
import type { CloseInfo, EventHandler, Incoming, RequestHandler } from './sync-events.js';
import { Listeners } from './listeners.js';
import type { ReceivedMessage } from './received-message.js';
import { Session } from './session.js';
import {
  type PollOptions,
  type ReceiveOptions,
  resolveSyncClientOptions,
  type SyncClientOptions,
  type SyncRequestOptions,
} from './sync-client.options.js';
import { SyncSocketSurface } from './sync-socket-surface.js';

/**
 * A WebSocket connection without async: every call blocks until it has its result. For scripts and the REPL of Node.
 *
 * Everything that arrives is handed out once: a message by {@link receive}, or by {@link poll} to the callbacks.
 *
 * @typeParam TServerEvents the events of the server: an interface of event names and their data
 * @typeParam TClientEvents the events of this client; a function type `(data) => answer` for requests
 *
 * @example
 * const client = new SyncBounceClient('ws://localhost:3000/');
 * console.log(client.request('add', { a: 1, b: 2 }));
 * client.close();
 */
export class SyncBounceClient<
  TServerEvents extends object = EventMap,
  TClientEvents extends object = EventMap,
> extends SyncSocketSurface {
  readonly #session: Session;
  readonly #listeners = new Listeners();
  readonly #callbacks: CallbackRunner;

  /**
   * Blocks until the connection is open. The server must be in another process, or in another thread: while this one
   * blocks, nothing else in it runs.
   *
   * @param url `ws:`, `wss:`, `http:` or `https:`
   * @throws ConnectionError when it does not open
   * @throws TypeError when `url` is no such address
   * @throws RangeError for a number in the options that is out of range
   */
  constructor(url: string | URL, options: SyncClientOptions = {}) {
    const address = webSocketUrl(url);
    const session = new Session(address, resolveSyncClientOptions(options));
    super(address, session);
    this.#session = session;
    this.#callbacks = new CallbackRunner(this, this.#listeners, session);
  }

  /**
   * Sends an event. A failure on the server comes back as an `error` event.
   *
   * @throws ConnectionError when the connection is gone
   * @throws BounceWsError `bad_envelope` when `event` is no event name
   * @throws TypeError when JSON cannot hold the data
   */
  emit<TEvent extends EventName<TClientEvents>>(
    event: TEvent,
    ...[data]: EmitArguments<TClientEvents, TEvent>
  ): void {
    this.#session.emit(event, data);
  }

  /**
   * Sends an event and blocks until the answer is there. Other messages that come meanwhile wait for {@link receive}
   * or {@link poll}.
   *
   * @returns What the server's handler returned
   * @throws BounceWsError with the server's code and details; `timeout` when no answer came; `limit_exceeded` when it
   *   cannot come because too many messages are unread
   * @throws ConnectionError when the connection is gone
   */
  request<TEvent extends EventName<TClientEvents>>(
    event: TEvent,
    ...args: RequestArguments<TClientEvents, TEvent, SyncRequestOptions>
  ): EventAnswer<TClientEvents, TEvent> {
    const [data, options = {}] = args as [unknown, SyncRequestOptions?];
    const answer = this.#session.request(event, data, options.timeoutMs);
    return answer as EventAnswer<TClientEvents, TEvent>;
  }

  /**
   * Sends an event and reads what an Observable handler emits, blocking for every item. Leaving the loop cancels the
   * stream on the server.
   *
   * @throws what {@link request} throws; the timeout is that of one item, and infinite unless given
   *
   * @example for (const n of client.stream('count', { to: 3 })) console.log(n);
   */
  stream<TEvent extends EventName<TClientEvents>>(
    event: TEvent,
    ...args: RequestArguments<TClientEvents, TEvent, SyncRequestOptions>
  ): IterableIterator<EventAnswer<TClientEvents, TEvent>, undefined> {
    const [data, { timeoutMs = Infinity } = {}] = args as [unknown, SyncRequestOptions?];
    type Items = IterableIterator<EventAnswer<TClientEvents, TEvent>, undefined>;
    return this.#session.stream(event, data, timeoutMs) as Items;
  }

  /**
   * Answers the server's requests of an event, in place of an earlier handler. It runs while a call of this client
   * waits, whichever that is; what it throws is answered `internal_error`, and thrown by that call. A BounceWsError
   * goes to the server only, with its code.
   *
   * @returns Removes it again
   */
  handle<TEvent extends EventName<TServerEvents>>(
    event: TEvent,
    handler: RequestHandler<TServerEvents, TEvent>,
  ): () => void {
    return this.#session.handlers.set(event, handler);
  }

  /**
   * Asks for the events of senders, `"*"` for all of them.
   *
   * @returns All events the server now sends
   * @throws what {@link request} throws, for instance `unknown_event`
   */
  subscribe(...events: (EventName<TServerEvents> | '*')[]): readonly string[] {
    return this.#changeSubscriptions('subscribe', events);
  }

  /** Takes {@link subscribe} back; `"*"` for everything. @returns The events that remain */
  unsubscribe(...events: (EventName<TServerEvents> | '*')[]): readonly string[] {
    return this.#changeSubscriptions('unsubscribe', events);
  }

  /**
   * Blocks until a message is there, and takes it. Callbacks are not called with it.
   *
   * @returns The oldest message that was not handed out yet; `null` when none came in time, or when the connection is
   *   gone and all were handed out
   */
  receive({ timeoutMs = Infinity }: ReceiveOptions = {}): ReceivedMessage<TServerEvents> | null {
    assertNumber('timeoutMs', timeoutMs, 0, Infinity);
    const message = this.#session.receive(performance.now() + timeoutMs);
    return (message as ReceivedMessage<TServerEvents> | undefined) ?? null;
  }

  /**
   * Runs the callbacks for what has arrived, in the order it did: `onopen`, `onmessage`, `onclose`, `onerror`, and those
   * of {@link on}. Without `onmessage` and {@link on}, messages are left to {@link receive}. What a callback throws comes
   * out of here; what arrived later waits for the next call.
   *
   * With `forMs` it goes on with what arrives within that time, and returns earlier only when the connection is gone.
   */
  poll({ forMs = 0 }: PollOptions = {}): void {
    assertNumber('forMs', forMs, 0, Infinity);
    const deadline = performance.now() + forMs;
    do this.#callbacks.run();
    while (performance.now() < deadline && this.#session.waitForArrival(deadline));
  }

  /** Has {@link poll} call `handler` whenever `event` arrives; also for `connect`, `disconnect` and `error`. @returns Removes it again */
  on<TEvent extends EventName<Incoming<TServerEvents>>>(
    event: TEvent,
    handler: EventHandler<EventData<Incoming<TServerEvents>, TEvent>>,
  ): () => void {
    return this.#listeners.add(event, handler);
  }

  /** Removes one handler of an event, all of an event, or, without arguments, all of all events. */
  off<TEvent extends EventName<Incoming<TServerEvents>>>(
    event?: TEvent,
    handler?: EventHandler<EventData<Incoming<TServerEvents>, TEvent>>,
  ): void {
    this.#listeners.remove(event, handler);
  }

  /**
   * Closes the connection and blocks until the server has acknowledged it, at most for `closeTimeoutMs`. Then runs the
   * callbacks, as {@link poll} does. Harmless when the connection is gone.
   *
   * @param code 1000 or 3000 to 4999
   * @param reason at most 123 bytes
   * @returns How the connection ended
   * @throws RangeError on a code or reason that no close frame can hold
   */
  close(code = 1000, reason = ''): CloseInfo {
    checkCloseArguments(code, reason);
    const closed = this.#session.close(code, reason);
    this.poll();
    return { code: closed.code, reason: closed.reason };
  }

  #changeSubscriptions(event: string, events: readonly string[]): readonly string[] {
    const answer = this.#session.request(event, { events });
    return (answer as { events?: readonly string[] } | null)?.events ?? [];
  }
}
