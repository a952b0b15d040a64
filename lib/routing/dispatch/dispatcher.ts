import { Inject, Injectable } from '@nestjs/common';
import { isObservable, map, type Observable } from 'rxjs';
import { BOUNCE_WS_OPTIONS, EVENT_ROUTER, isPromiseLike } from '../../common/index.js';
import type { BounceSocket, ConnectionOptions } from '../../connection/index.js';
import { BounceWsError, type ClientMessage, CloseCode } from '../../protocol/index.js';
import type { ResolvedRoutingOptions } from '../routing.options.js';
import type { EndpointRoutes } from './endpoint-routes.js';
import type { EventRouter } from './event-router.interface.js';
import { FloodBrake } from './flood-brake.js';
import { MessageContext } from './message-context.js';
import { Replier } from './replier.js';
import { failure, STALE_MESSAGE, UNAUTHENTICATED, UNKNOWN_EVENT } from './refusals.js';
import type { Route } from './route.interface.js';
import { Session } from './session.js';
import { StreamRegistry } from './stream.registry.js';

type DispatcherOptions = ResolvedRoutingOptions & Required<Pick<ConnectionOptions, 'rateLimit'>>;

/** Made once: a flood asks for it often, and a stack trace costs more than the rest of the answer. */
const RATE_LIMITED = new BounceWsError('rate_limited');

/**
 * Takes the frames of a connection to their handlers, one message after the other. Whatever goes wrong with one message
 * ends in one defined answer and touches no other: nothing is ever thrown from here.
 */
@Injectable()
export class Dispatcher {
  #isStopping = false;
  #atWork = 0;
  readonly #onIdle: (() => void)[] = [];
  readonly #brake: FloodBrake;

  constructor(
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: DispatcherOptions,
    @Inject(EVENT_ROUTER) private readonly router: EventRouter,
    private readonly replier: Replier,
    private readonly streams: StreamRegistry,
  ) {
    this.#brake = new FloodBrake(options.maxPendingMessages);
  }

  /** Starts keeping track of a connection. */
  open(socket: BounceSocket, routes: EndpointRoutes): Session {
    return new Session(socket, routes, this.options.rateLimit);
  }

  /** Handles no message any more that has to take its turn: it is answered `unavailable`. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Waits until no handler is at work, also of connections that have ended. */
  async idle(): Promise<void> {
    if (this.#atWork === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** Begins nothing more of a connection until {@link release}. */
  hold(session: Session): void {
    session.running += this.options.concurrency;
  }

  /** Goes on where {@link hold} stopped. */
  release(session: Session): void {
    this.#endTurn(session, this.options.concurrency);
  }

  /** Takes one frame. */
  receive(session: Session, frame: string | Uint8Array): void {
    const { socket } = session;
    // Frames of the same TCP segment still arrive after a close.
    if (socket.closed) return;
    let message: ClientMessage;
    try {
      message = socket.codec.decode(frame, this.options);
    } catch (error) {
      this.#refuseFrame(session, error);
      return;
    }
    if (this.#exceedsRate(session, message)) {
      return;
    }
    const context = new MessageContext(socket, message);
    const route = this.#routeFor(session, context);
    if (route.outOfTurn) this.#handle(session, route, context);
    else this.#takeTurn(session, route, context);
  }

  #refuseFrame(session: Session, error: unknown): void {
    this.replier.fail(session.socket, { event: undefined, id: undefined }, error);
    if (session.strike()) {
      session.socket.close(CloseCode.TooManyBadMessages, 'too many bad messages');
    }
  }

  #exceedsRate(session: Session, message: ClientMessage): boolean {
    const verdict = session.judgeRate();
    if (verdict === 'allowed') return false;
    const { socket } = session;
    this.replier.fail(socket, message, RATE_LIMITED);
    if (verdict === 'close') socket.close(CloseCode.RateLimited, 'rate limit');
    else this.#brake.hold(session);
    return true;
  }

  #routeFor(session: Session, context: MessageContext): Route {
    const { routes, reserved } = session.routes;
    const own = reserved.get(context.event);
    if (own !== undefined) return own;
    try {
      const route = this.router.route(context, routes) ?? UNKNOWN_EVENT;
      return session.isStale(route, context.event, context.message.timestampMicros)
        ? STALE_MESSAGE
        : route;
    } catch (error) {
      return failure(error);
    }
  }

  #takeTurn(session: Session, route: Route, context: MessageContext): void {
    if (this.#isStopping) {
      this.replier.fail(session.socket, context, new BounceWsError('unavailable'));
      return;
    }
    if (session.running < this.options.concurrency) {
      this.#handle(session, route, context);
      return;
    }
    session.enqueue({ route, context });
    // TCP passes the pressure on: the client's own sends begin to wait.
    if (session.backlog >= this.options.maxPendingMessages) session.socket.raw.pause();
  }

  #handle(session: Session, found: Route, context: MessageContext): void {
    // Looked at now and not on arrival: the message before this one may have been `authenticate`.
    const route = session.awaitsUser && !found.beforeAuthentication ? UNAUTHENTICATED : found;
    let result: unknown;
    let isPending: boolean;
    try {
      result = route.invoke(context);
      // A handler can return what throws when it is looked at.
      isPending = isPromiseLike(result);
    } catch (error) {
      this.replier.fail(session.socket, context, error, route.owner, context.stage);
      return;
    }
    if (isPending) this.#await(session, route, context, result as PromiseLike<unknown>);
    else this.#answer(session, route, context, result);
  }

  #await(
    session: Session,
    route: Route,
    context: MessageContext,
    result: PromiseLike<unknown>,
  ): void {
    const turns = this.#turnsOf(route);
    let isOpen = true;
    const settle = (answer: () => void): void => {
      if (!isOpen) return;
      isOpen = false;
      session.endDeadline(timer);
      answer();
      if (turns > 0) this.#endTurn(session, turns);
      this.#endWork();
    };
    const fail = (error: unknown): void =>
      this.replier.fail(session.socket, context, error, route.owner, context.stage);
    const timer = setTimeout(
      () => settle(() => this.replier.timeOut(session.socket, context, route)),
      this.options.handlerTimeoutMs,
    );
    session.startDeadline(timer);
    this.#atWork++;
    session.running += turns;
    try {
      result.then(
        (value) => settle(() => this.#answer(session, route, context, value)),
        (error: unknown) => settle(() => fail(error)),
      );
    } catch (error) {
      // Only a promise of another library can do that.
      settle(() => fail(error));
    }
  }

  #endWork(): void {
    if (--this.#atWork > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #turnsOf({ outOfTurn, alone }: Route): number {
    if (outOfTurn) return 0;
    return alone ? this.options.concurrency : 1;
  }

  #endTurn(session: Session, turns: number): void {
    session.running -= turns;
    while (session.running < this.options.concurrency) {
      const next = session.dequeue();
      if (next === undefined) break;
      this.#handle(session, next.route, next.context);
    }
    if (session.socket.raw.isPaused && session.backlog < this.options.maxPendingMessages) {
      session.socket.raw.resume();
    }
  }

  #answer(session: Session, route: Route, context: MessageContext, result: unknown): void {
    try {
      if (isObservable(result)) this.#stream(session, route, context, result);
      else this.replier.reply(session.socket, route, context.id, result);
    } catch (error) {
      this.replier.fail(session.socket, context, error, route.owner);
    }
  }

  #stream(
    { socket }: Session,
    route: Route,
    context: MessageContext,
    items$: Observable<unknown>,
  ): void {
    if (socket.closed) return;
    this.streams.assertRoom(socket);
    const { id } = context;
    // Sent inside the pipe, where an item that cannot be encoded becomes an error of the stream.
    const stream = items$
      .pipe(map((item) => this.replier.item(socket, route, id, item)))
      .subscribe({
        error: (error: unknown) => this.replier.fail(socket, context, error, route.owner),
        complete: () => {
          if (id !== undefined) this.replier.reply(socket, route, id, undefined);
        },
      });
    this.streams.add(socket, id, stream);
  }
}
