import { BounceWsError } from '../protocol/bounce-ws.error.js';
import { errorOfData } from '../protocol/error-of-data.js';
import { assertNumber } from '../protocol/number-options.js';
import type { Closed } from './channel.interface.js';
import { Connection } from './connection.js';
import { connectionGone, tooMuchUnread } from './connection-error.js';
import { EnvelopeWriter } from './envelope-writer.js';
import { type Exchange, Exchanges, isLastAnswer } from './exchanges.js';
import { Queue } from './queue.js';
import { ReadyState } from './ready-state.constants.js';
import { type EventMessage, type RawMessage, readMessage } from './received-message.js';
import { isRequest, RequestHandlers } from './request-handlers.js';
import type { ResolvedSyncClientOptions } from './sync-client.options.js';

/** A message that waits for the application. */
export type AnyMessage = EventMessage | RawMessage;

/** How long an end without a handshake may take before the client no longer waits for it. */
const DROP_TIMEOUT_MS = 1_000;
const CLOSE_TIMEOUT = 'close timeout';

/** What goes on over one connection: takes every arrival to whom it is for, and blocks for those that have not come. */
export class Session {
  readonly connection: Connection;
  readonly #messages = new Queue<AnyMessage>();
  readonly #exchanges = new Exchanges();
  readonly #writer = new EnvelopeWriter();
  readonly handlers = new RequestHandlers(this.#writer);

  /** Blocks until the connection is open. @throws ConnectionError when it does not open */
  constructor(
    url: string,
    private readonly options: ResolvedSyncClientOptions,
  ) {
    this.connection = new Connection(url, options);
  }

  /** Sends a frame as it is. @throws ConnectionError when the connection is gone */
  send(frame: string | Uint8Array, deadline = Infinity): void {
    if (this.connection.send(frame, deadline)) return;
    // How it ended is the last thing to arrive.
    this.readAll();
    throw connectionGone(this.connection.closed);
  }

  emit(event: string, data: unknown): void {
    this.send(this.#writer.message(event, data));
  }

  /** Sends an event and blocks until its answer is there. */
  request(event: string, data: unknown, timeoutMs = this.options.requestTimeoutMs): unknown {
    assertNumber('timeoutMs', timeoutMs, 0, Infinity);
    const exchange = this.#exchanges.begin(false);
    const deadline = performance.now() + timeoutMs;
    try {
      this.send(this.#writer.message(event, data, exchange.id), deadline);
      return this.#nextAnswer(exchange, deadline, timeoutMs).data;
    } finally {
      this.#end(exchange);
    }
  }

  /** Sends an event and blocks for one item after the other. */
  *stream(event: string, data: unknown, timeoutMs: number): Generator<unknown, undefined> {
    assertNumber('timeoutMs', timeoutMs, 0, Infinity);
    const exchange = this.#exchanges.begin(true);
    try {
      this.send(this.#writer.message(event, data, exchange.id), performance.now() + timeoutMs);
      for (;;) {
        const message = this.#nextAnswer(exchange, performance.now() + timeoutMs, timeoutMs);
        if (isLastAnswer(message.event)) return undefined;
        yield message.data;
      }
    } finally {
      this.#end(exchange);
      if (!exchange.isDone && this.connection.readyState === ReadyState.Open) {
        this.emit('cancel', { id: exchange.id });
      }
    }
  }

  /** The next message for the application; `undefined` when none came until then, or none will. */
  receive(deadline: number): AnyMessage | undefined {
    let message = this.take();
    while (message === undefined && this.#read(deadline)) message = this.take();
    return message;
  }

  /** How many messages {@link take} has. */
  get waiting(): number {
    return this.#messages.length;
  }

  /** The next message that was read, without looking for more. */
  take(): AnyMessage | undefined {
    const message = this.#messages.shift();
    if (message !== undefined) this.connection.handedOut(message.raw);
    return message;
  }

  /** Looks at everything that has arrived. */
  readAll(): void {
    while (this.#read(0));
  }

  /**
   * Blocks until something has arrived.
   *
   * @returns Whether it has
   * @throws BounceWsError `limit_exceeded` when nothing can, because too many messages are unread
   */
  waitForArrival(deadline: number): boolean {
    const hasArrived = this.#read(deadline, true);
    if (!hasArrived && this.connection.closed === undefined && this.connection.isFull) {
      throw tooMuchUnread(this.options.maxUnreadBytes);
    }
    return hasArrived;
  }

  /** Runs the close handshake; blocks until it is done or has taken too long. */
  close(code: number, reason: string): Closed {
    this.connection.startClosing(code, reason);
    this.#readUntilClosed(performance.now() + this.options.closeTimeoutMs);
    this.connection.drop(CLOSE_TIMEOUT);
    this.#readUntilClosed(performance.now() + DROP_TIMEOUT_MS);
    return this.connection.closed ?? this.connection.giveUp(CLOSE_TIMEOUT);
  }

  #readUntilClosed(deadline: number): void {
    while (this.#read(deadline) && performance.now() < deadline);
  }

  #nextAnswer(exchange: Exchange, deadline: number, timeoutMs: number): EventMessage {
    for (;;) {
      const message = exchange.messages.shift();
      if (message !== undefined) {
        this.connection.handedOut(message.raw);
        if (message.event === 'error') throw errorOfData(message.data);
        return message;
      }
      const hasRead = this.#read(deadline, true);
      if (hasRead && (exchange.messages.length > 0 || performance.now() < deadline)) continue;
      throw this.#noAnswer(timeoutMs);
    }
  }

  #noAnswer(timeoutMs: number): BounceWsError {
    const { closed, isFull } = this.connection;
    if (closed !== undefined) return connectionGone(closed);
    if (!isFull) return new BounceWsError('timeout', `No answer within ${timeoutMs} ms`);
    return tooMuchUnread(this.options.maxUnreadBytes);
  }

  #end(exchange: Exchange): void {
    this.#exchanges.end(exchange);
    for (let message; (message = exchange.messages.shift()) !== undefined;) {
      this.connection.handedOut(message.raw);
    }
  }

  /** Takes one arrival to where it belongs, if there is one until then. */
  #read(deadline: number, endsWhenFull = false): boolean {
    const arrival = this.connection.next(deadline, endsWhenFull);
    if (typeof arrival === 'string' || arrival instanceof Uint8Array) {
      this.#route(readMessage(arrival));
    }
    return arrival !== undefined;
  }

  #route(message: AnyMessage): void {
    if (message.event === undefined) {
      this.#messages.push(message);
      return;
    }
    const exchange = this.#exchanges.find(message);
    const isOurs = message.event === 'eval_js' || isRequest(message);
    if (exchange === undefined && !isOurs) this.#messages.push(message);
    else if (exchange !== undefined && exchange !== 'late') exchange.messages.push(message);
    else {
      this.connection.handedOut(message.raw);
      if (isOurs) this.#dealWith(message);
    }
  }

  /** What the application never sees. */
  #dealWith(message: EventMessage): void {
    if (!isRequest(message)) {
      process.emitWarning('A script of the server was dropped: it never runs outside a browser');
    } else if (this.connection.readyState === ReadyState.Open) {
      this.handlers.answer(message, (frame) => void this.connection.send(frame));
    }
  }
}
