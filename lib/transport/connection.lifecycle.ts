import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { SessionKeeper } from '../auth/index.js';
import { BOUNCE_WS_OPTIONS, isPromiseLike, SOCKET_CONTEXT, within } from '../common/index.js';
import {
  BounceSocket,
  type FlushingWebSocket,
  ConnectionRegistry,
  type SocketContext,
} from '../connection/index.js';
import { CloseCode, ReservedEvent } from '../protocol/index.js';
import { Dispatcher, Replier, type Session, toClientError } from '../routing/index.js';
import { Admission } from './admission.js';
import type { Endpoint } from './endpoint.js';
import { closeCodeFor } from './refused-close-code.js';
import type { ResolvedTransportOptions } from './transport.settings.js';
import type { UpgradeContext } from './upgrade-context.js';

const LINK: unique symbol = Symbol('bounce-ws connection');

/** What the listeners find on their WebSocket: one object, where closures would be four a connection. */
interface Link {
  readonly lifecycle: ConnectionLifecycle;
  readonly endpoint: Endpoint;
  readonly session: Session;
  /** For connect hooks that wait for the user; not kept longer, it is large. */
  request: IncomingMessage | undefined;
  /** Settles when the connect hooks have; only there while they are awaited. */
  opening: Promise<void> | undefined;
}

type LinkedWebSocket = FlushingWebSocket & { [LINK]: Link };

/**
 * The life of every connection: connect hooks, which are awaited before the first message is read, then messages, then
 * disconnect hooks. However many gateways there are, a socket has one listener for each of its events.
 */
@Injectable()
export class ConnectionLifecycle {
  readonly #logger = new Logger('BounceWs');
  readonly #disconnects = new Set<Promise<void>>();
  #onEmpty: (() => void) | undefined;

  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly dispatcher: Dispatcher,
    private readonly replier: Replier,
    private readonly admission: Admission,
    private readonly users: SessionKeeper,
    @Inject(SOCKET_CONTEXT) private readonly context: SocketContext<BounceSocket<object>>,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedTransportOptions,
  ) {
    users.admitted$.subscribe(({ raw }) => this.#admit((raw as LinkedWebSocket)[LINK]));
  }

  /** Whether messages of a socket are at work. */
  isBusy(socket: BounceSocket): boolean {
    return (socket.raw as LinkedWebSocket)[LINK].session.isBusy;
  }

  /** Waits until no socket is left, those that wait for their connect hooks included. */
  async emptied(): Promise<void> {
    if (this.admission.total === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Takes over an upgraded socket. */
  accept(
    endpoint: Endpoint,
    ws: FlushingWebSocket,
    request: IncomingMessage,
    upgrade: UpgradeContext,
  ): void {
    const { handshake, identity: user, tokenError } = upgrade;
    const { routes } = endpoint;
    if (routes === undefined) {
      ws.close(CloseCode.Overloaded);
      return;
    }
    handshake.subprotocol = ws.protocol;
    const codec = endpoint.codecOf(ws.protocol);
    handshake.codec = codec.name;
    const socket = new BounceSocket(ws, handshake, codec, this.context);
    const link: Link = {
      lifecycle: this,
      endpoint,
      session: this.dispatcher.open(socket, routes),
      request: undefined,
      opening: undefined,
    };
    (ws as LinkedWebSocket)[LINK] = link;
    ws.on('message', onMessage).on('pong', onPong).on('close', onClose).on('error', onError);
    this.admission.enter(handshake.ip);
    if (tokenError !== undefined) {
      this.replier.fail(socket, { event: ReservedEvent.Authenticate }, tokenError);
    }
    if (user !== undefined) this.users.begin(socket, user);
    else if (this.users.required) {
      link.session.awaitsUser = true;
      link.request = request;
      endpoint.addWaiting(socket);
      this.users.expectToken(socket);
      return;
    }
    endpoint.add(socket);
    this.#open(link, request);
  }

  /** Takes one frame. */
  receive({ session }: Link, frame: Buffer, isBinary: boolean): void {
    const { socket } = session;
    socket.awaitingPong = false;
    if (isBinary !== socket.codec.binary) {
      socket.close(
        CloseCode.UnsupportedData,
        isBinary ? 'binary frames are not accepted' : 'text frames are not accepted',
      );
      return;
    }
    this.dispatcher.receive(session, isBinary ? frame : frame.toString());
  }

  /** Winds up a connection that has ended. */
  end(link: Link, code: number, reason: string): void {
    const { endpoint, session } = link;
    const { socket } = session;
    this.admission.leave(socket.handshake.ip);
    endpoint.remove(socket);
    session.end();
    const closed = { socket, code: socket.ownCloseCode ?? code, reason };
    this.connections.close(closed);
    const disconnect = this.#runDisconnectHooks(link, closed.code, reason);
    this.#disconnects.add(disconnect);
    void disconnect.finally(() => this.#disconnects.delete(disconnect));
    if (this.admission.total === 0) this.#onEmpty?.();
  }

  /** Waits for the disconnect hooks that run. */
  async disconnected(): Promise<void> {
    await Promise.all(this.#disconnects);
  }

  // It has sent its token; what it sent after that waits for the connect hooks.
  #admit(link: Link): void {
    const { endpoint, request, session } = link;
    session.awaitsUser = false;
    link.request = undefined;
    this.dispatcher.hold(session);
    endpoint.add(session.socket);
    this.#open(link, request!);
    void Promise.resolve(link.opening).then(() => {
      if (!session.socket.closed) this.dispatcher.release(session);
    });
  }

  // Synchronous as long as the hooks are: most connections then never pause and make no promise.
  #open(link: Link, request: IncomingMessage): void {
    const { socket, routes } = link.session;
    for (const [index, hook] of routes.connectHooks.entries()) {
      try {
        const result = hook(socket, request);
        if (!isPromiseLike(result)) continue;
        socket.raw.pause();
        link.opening = this.#openLater(link, request, result, index + 1);
        return;
      } catch (error) {
        this.#refuse(link, error);
        return;
      }
    }
    this.#opened(socket);
  }

  async #openLater(
    link: Link,
    request: IncomingMessage,
    first: PromiseLike<unknown>,
    next: number,
  ): Promise<void> {
    const { socket, routes } = link.session;
    try {
      await within(this.options.handlerTimeoutMs, first);
      for (const hook of routes.connectHooks.slice(next)) {
        await within(this.options.handlerTimeoutMs, Promise.resolve(hook(socket, request)));
      }
    } catch (error) {
      this.#refuse(link, error);
      return;
    }
    this.#opened(socket);
    socket.raw.resume();
  }

  #opened(socket: BounceSocket): void {
    // A hook may have closed it.
    if (!socket.closed) this.connections.open(socket);
  }

  #refuse({ session: { socket } }: Link, exception: unknown): void {
    this.replier.fail(socket, { event: ReservedEvent.Connect }, exception, 'A connect hook');
    const { code } = toClientError(exception, 'handler');
    socket.close(closeCodeFor(code), code);
  }

  async #runDisconnectHooks(
    { opening, session: { awaitsUser, socket, routes } }: Link,
    code: number,
    reason: string,
  ): Promise<void> {
    await opening;
    const { onDisconnect } = this.options.hooks;
    // Who never was let in has no connect handler to make up for.
    const own = awaitsUser ? [] : routes.disconnectHooks;
    const hooks = onDisconnect === undefined ? own : [...own, onDisconnect];
    for (const hook of hooks) {
      try {
        await within(this.options.handlerTimeoutMs, Promise.resolve(hook(socket, code, reason)));
      } catch (error) {
        this.#logger.error(
          'A disconnect hook failed',
          error instanceof Error ? error.stack : String(error),
        );
      }
    }
  }
}

function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  const link = (this as LinkedWebSocket)[LINK];
  // `ws` hands out one Buffer a message (its binaryType is left at "nodebuffer").
  link.lifecycle.receive(link, data as Buffer, isBinary);
}

function onPong(this: WebSocket): void {
  (this as LinkedWebSocket)[LINK].session.socket.awaitingPong = false;
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  const link = (this as LinkedWebSocket)[LINK];
  link.lifecycle.end(link, code, reason.toString());
}

function onError(): void {
  // A violation of RFC 6455 or a reset by the peer: `ws` closes the connection with the fitting code, and `close` follows.
}
