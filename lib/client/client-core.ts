import { Authentication } from './authentication.js';
import type { CloseInfo, StateChange, StateListener } from './client-state.js';
import type { SocketEnd } from './client-socket.js';
import type { ResolvedClientOptions } from './client.options.js';
import { Connection } from './connection.js';
import { Deferred } from './deferred.js';
import { ErrorReporter } from './error-reporter.js';
import type { Unsubscribe } from './client-events.js';
import { Listeners } from './listeners.js';
import { MessageRouter } from './message-router.js';
import { closedError, Outbox } from './outbox.js';
import { PendingRequests, type RequestOptions } from './pending-requests.js';
import { RequestHandlers } from './request-handlers.js';
import type { ServerPort } from './server-port.interface.js';
import type { SocketMessageEvent } from './socket-events.interface.js';
import { SocketEvents } from './socket-events.js';
import { Subscriptions } from './subscriptions.js';

type RawFrame = Pick<SocketMessageEvent, 'data'>;

/** The parts of a client and how they work together; {@link BounceClient} is its face. */
export class ClientCore implements ServerPort {
  readonly errors = new ErrorReporter();
  readonly listeners = new Listeners(this.errors);
  readonly requestHandlers: RequestHandlers;
  readonly socketEvents = new SocketEvents(this.errors);
  readonly connection: Connection;
  readonly authentication: Authentication;
  readonly outbox: Outbox;
  readonly subscriptions: Subscriptions;
  readonly #stateListeners = new Set<StateListener>();
  #ready: Deferred<void> | undefined;

  constructor(
    readonly url: string,
    private readonly options: ResolvedClientOptions,
  ) {
    const { allowEval, codec, recovery } = options;
    const pending = new PendingRequests();
    this.requestHandlers = new RequestHandlers(this.errors, codec);
    const router = new MessageRouter({
      errors: this.errors,
      listeners: this.listeners,
      pending,
      requestHandlers: this.requestHandlers,
      allowEval,
      codec,
      recovery,
      reply: (frame) => this.outbox.reply(frame),
      renewToken: () => this.authentication.renew(),
    });
    this.connection = new Connection(options, {
      address: () => this.authentication.address(url),
      // A codec reads bytes at once, and those of a `Blob` come later.
      binaryType: () => (codec.binary ? 'arraybuffer' : this.socketEvents.target.binaryType),
      opened: () => this.#opened(),
      frame: (data) => router.route(data, this.socketEvents.raise('message', { data } as RawFrame)),
      changed: (change) => this.#changed(change),
      ended: (end) => this.#ended(end),
      ping: () => this.outbox.ping(),
    });
    this.outbox = new Outbox(this.connection, pending, codec, options.offlineQueue);
    this.authentication = new Authentication(options, this);
    this.subscriptions = new Subscriptions(this);
    options.recovery?.attach(this);
  }

  /** @returns Resolves at the next open connection, rejects when the client is closed before */
  connect(): Promise<void> {
    const ready = (this.#ready ??= new Deferred());
    if (this.connection.state === 'connected') this.#becomeReady();
    else this.connection.connect();
    return ready.promise;
  }

  request(event: string, data: unknown, options: RequestOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      options.signal?.throwIfAborted();
      const { timeoutMs = this.options.requestTimeoutMs, signal } = options;
      this.outbox.request(event, data, { resolve, reject }, { timeoutMs, signal });
    });
  }

  onStateChange(listener: StateListener): Unsubscribe {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  #opened(): void {
    void this.authentication.replay();
    this.options.recovery?.replay();
    void this.subscriptions.replay();
    this.outbox.flush();
  }

  #changed(change: StateChange): void {
    const { state, previous, code, reason } = change;
    if (state === 'connected') this.#becomeReady();
    if (state === 'disconnected') this.outbox.lost();
    if (state === 'closed') this.#abandon(change);
    for (const listener of [...this.#stateListeners]) this.errors.guard(() => listener(change));
    if (state === 'connected') {
      this.socketEvents.raise('open', {});
      this.#raise('connect', undefined);
    }
    if (previous === 'connected') this.#raise('disconnect', { code, reason });
  }

  #raise(event: string, data: unknown): void {
    this.listeners.dispatch(event, data, { event, data });
  }

  #ended({ failure, ...close }: SocketEnd): void {
    if (failure !== undefined) this.socketEvents.raise('error', { message: failure });
    this.socketEvents.raise('close', close);
  }

  #becomeReady(): void {
    this.#ready?.resolve();
    this.#ready = undefined;
  }

  #abandon(close: CloseInfo): void {
    const error = closedError(close);
    this.#ready?.reject(error);
    this.#ready = undefined;
    this.outbox.abandon(error);
    this.authentication.abandon(error);
    this.subscriptions.abandon(error);
  }
}
