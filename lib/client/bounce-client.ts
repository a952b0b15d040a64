import type {
  EmitArguments,
  EventAnswer,
  EventData,
  EventMap,
  EventName,
  RequestArguments,
} from '../protocol/event-map.js';
import { webSocketUrl } from '../protocol/web-socket-url.js';
import type { ClientState, ErrorListener, StateListener } from './client-state.js';
import { ClientCore } from './client-core.js';
import { resolveClientOptions, type ClientOptions } from './client.options.js';
import type {
  AnyEventHandler,
  EventHandler,
  Incoming,
  RequestHandler,
  Unsubscribe,
} from './client-events.js';
import { ItemStream } from './item-stream.js';
import type { RequestOptions } from './pending-requests.js';
import { WebSocketSurface } from './web-socket-surface.js';

/**
 * A connection to a bounce-ws server that comes back by itself: subscriptions are renewed, and what was sent meanwhile
 * is delivered.
 *
 * @typeParam TServerEvents the events of the server: an interface of event names and their data
 * @typeParam TClientEvents the events of this client; a function type `(data) => answer` for requests
 *
 * @example
 * const client = new BounceClient('wss://example.com/');
 * client.on('announce', ({ text }: { text: string }) => console.log(text));
 * client.emit('announce', { text: 'Hello' });
 */
export class BounceClient<
  TServerEvents extends object = EventMap,
  TClientEvents extends object = EventMap,
> extends WebSocketSurface {
  readonly #core: ClientCore;

  /**
   * @param url `ws:`, `wss:`, `http:` or `https:`; in a page it may be relative
   * @throws TypeError when `url` is no such address
   * @throws BounceWsError `unavailable` when there is no WebSocket and the options bring none
   * @throws RangeError for a number in the options that is out of range
   * @throws Error when the option `recovery` serves another client
   */
  constructor(url: string | URL, options: ClientOptions = {}) {
    const resolved = resolveClientOptions(options);
    const core = new ClientCore(webSocketUrl(url), resolved);
    super(core);
    this.#core = core;
    if (resolved.autoConnect) void core.connect();
  }

  /** Where the client stands; {@link ClientState} explains each state. */
  get state(): ClientState {
    return this.#core.connection.state;
  }

  /**
   * Connects, also again after `close()`; while waiting to reconnect, tries at once. Not needed with the option
   * `autoConnect`, and nothing needs to wait for it: what is sent before the connection is open is queued.
   *
   * @returns Resolves when the connection is open, however many attempts that takes; rejects with `unavailable` when
   *   the client is closed first
   */
  connect(): Promise<void> {
    return this.#core.connect();
  }

  /**
   * Tells the server who this is, now and after every reconnect, unless `getToken` then brings a token of its own. Call it
   * again with a new token to renew.
   *
   * @returns Resolves with the server's answer, once there is a connection. A refusal rejects it and is reported to
   *   {@link onError} as well, so the promise may be ignored; a refused token is not sent again.
   */
  authenticate(token: string): Promise<unknown> {
    return this.#core.authentication.authenticate(token);
  }

  /** Calls `handler` whenever `event` arrives; also for `connect`, `disconnect` and `error`. @returns Removes it again */
  on<TEvent extends EventName<Incoming<TServerEvents>>>(
    event: TEvent,
    handler: EventHandler<EventData<Incoming<TServerEvents>, TEvent>>,
  ): Unsubscribe {
    return this.#core.listeners.add(event, handler, false);
  }

  /** Like {@link on}, for the next time only. */
  once<TEvent extends EventName<Incoming<TServerEvents>>>(
    event: TEvent,
    handler: EventHandler<EventData<Incoming<TServerEvents>, TEvent>>,
  ): Unsubscribe {
    return this.#core.listeners.add(event, handler, true);
  }

  /** Removes one handler of an event, all of an event, or, without arguments, all of all events. */
  off<TEvent extends EventName<Incoming<TServerEvents>>>(
    event?: TEvent,
    handler?: EventHandler<EventData<Incoming<TServerEvents>, TEvent>>,
  ): void {
    this.#core.listeners.remove(event, handler);
  }

  /** Calls `handler` for every event of the server, before the event's own handlers. @returns Removes it again */
  onAny(handler: AnyEventHandler): Unsubscribe {
    return this.#core.listeners.addAny(handler);
  }

  /** Calls `listener` on every change of state, with the code and reason behind it. @returns Removes it again */
  onStateChange(listener: StateListener): Unsubscribe {
    return this.#core.onStateChange(listener);
  }

  /**
   * Calls `listener` with every error that no call could throw: a handler's, an `error` of the server to a message
   * without answer (unless `on('error')` takes it), a refused subscription, a frame that cannot be read. Without a
   * listener they go to `console.error`.
   *
   * @returns Removes it again
   */
  onError(listener: ErrorListener): Unsubscribe {
    return this.#core.errors.add(listener);
  }

  /**
   * Sends an event; while not connected it is queued, and delivered at most once. A failure on the server comes back
   * as an `error` event.
   *
   * @throws BounceWsError `limit_exceeded` when the queue is full, `unavailable` when the client is closed,
   *   `bad_envelope` when `event` is no event name
   * @throws TypeError when JSON cannot hold the data
   */
  emit<TEvent extends EventName<TClientEvents>>(
    event: TEvent,
    ...[data]: EmitArguments<TClientEvents, TEvent>
  ): void {
    this.#core.outbox.emit(event, data);
  }

  /**
   * Sends an event and waits for the answer.
   *
   * @returns What the server's handler returned; rejects with a BounceWsError: the server's code and details,
   *   `timeout`, or `unavailable` when the connection was lost in between; with the signal's reason when that aborts
   */
  request<TEvent extends EventName<TClientEvents>>(
    event: TEvent,
    ...args: RequestArguments<TClientEvents, TEvent, RequestOptions>
  ): Promise<EventAnswer<TClientEvents, TEvent>> {
    const [data, options] = args as [unknown, RequestOptions?];
    type Answer = EventAnswer<TClientEvents, TEvent>;
    return this.#core.request(event, data, options) as Promise<Answer>;
  }

  /**
   * Sends an event and reads what an Observable handler emits. Leaving the loop cancels the stream on the server;
   * a lost connection ends it with `unavailable`.
   *
   * @example for await (const n of client.stream('count', { to: 3 })) console.log(n);
   */
  stream<TEvent extends EventName<TClientEvents>>(
    event: TEvent,
    ...[data]: EmitArguments<TClientEvents, TEvent>
  ): AsyncIterableIterator<EventAnswer<TClientEvents, TEvent>, undefined> {
    type Item = EventAnswer<TClientEvents, TEvent>;
    const stream = new ItemStream<Item>(() => this.#core.outbox.cancel(id));
    const id = this.#core.outbox.request(
      event,
      data,
      {
        item: (message) => stream.push(message.data as Item),
        resolve: () => stream.end({}),
        reject: (error) => stream.end({ error }),
      },
      {},
    );
    return stream;
  }

  /** Answers the server's requests of an event, in place of an earlier handler. @returns Removes it again */
  handle<TEvent extends EventName<TServerEvents>>(
    event: TEvent,
    handler: RequestHandler<TServerEvents, TEvent>,
  ): Unsubscribe {
    return this.#core.requestHandlers.set(event, handler);
  }

  /**
   * Asks for the events of senders, `"*"` for all of them; renewed on every connection.
   *
   * @returns Resolves, once connected, with all events the server now sends. A refusal rejects it and is reported to
   *   {@link onError} as well, so the promise may be ignored.
   */
  subscribe(...events: (EventName<TServerEvents> | '*')[]): Promise<readonly string[]> {
    return this.#core.subscriptions.subscribe(events);
  }

  /** Takes {@link subscribe} back; `"*"` for everything. @returns Resolves with the events that remain */
  unsubscribe(...events: (EventName<TServerEvents> | '*')[]): Promise<readonly string[]> {
    return this.#core.subscriptions.unsubscribe(events);
  }
}
