import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS, isPromiseLike } from '../common/index.js';
import { Handshake } from '../connection/index.js';
import { BounceWsError, type ErrorCode } from '../protocol/index.js';
import { Admission } from './admission.js';
import { clientAddress } from './client-address.js';
import { CodecCatalogue } from './codec.catalogue.js';
import { ConnectionLifecycle } from './connection.lifecycle.js';
import type { Endpoint } from './endpoint.js';
import type { NodeState } from './node-state.js';
import { OriginPolicy } from './origin.policy.js';
import { refuse, type Refusal } from './refusal.js';
import type { ResolvedTransportOptions } from './transport.settings.js';
import { UpgradeContext } from './upgrade-context.js';
import { within } from './within.js';

const RETRY_LATER = { 'Retry-After': '1' } as const;

const STATUS_OF_ERROR: Readonly<Partial<Record<ErrorCode, number>>> = {
  unauthenticated: 401,
  invalid_token: 401,
  expired_token: 401,
  user_not_found: 401,
  forbidden: 403,
  rate_limited: 429,
  timeout: 503,
  unavailable: 503,
};

/** Decides about upgrade requests: who is let in, with which subprotocol, and what the others are told. */
@Injectable()
export class UpgradeHandler {
  readonly #logger = new Logger('BounceWs');
  readonly #origins: OriginPolicy;
  #state: NodeState = 'starting';

  constructor(
    private readonly lifecycle: ConnectionLifecycle,
    private readonly codecs: CodecCatalogue,
    private readonly admission: Admission,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedTransportOptions,
  ) {
    this.#origins = new OriginPolicy(options.origins);
  }

  /** Whether somebody is let in. */
  get state(): NodeState {
    return this.#state;
  }

  /** Lets clients in. */
  open(): void {
    if (this.#state === 'starting') this.#state = 'ready';
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#state = 'stopping';
  }

  /** Answers one upgrade request to an endpoint. Never throws. */
  handle(endpoint: Endpoint, request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const ip = clientAddress(request, this.options.trustedProxies);
    const refusal = this.#check(endpoint, request, ip);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return;
    }
    const offered = offeredSubprotocols(request);
    const handshake = new Handshake(request, endpoint.path, ip);
    const upgrade = new UpgradeContext(handshake, offered);
    const loading = this.codecs.prepare(offered);
    if (loading === undefined) this.#negotiate(endpoint, upgrade, request, stream, head);
    else void loading.then(() => this.#negotiate(endpoint, upgrade, request, stream, head));
  }

  #negotiate(
    endpoint: Endpoint,
    upgrade: UpgradeContext,
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
  ): void {
    upgrade.subprotocol = [...upgrade.offeredSubprotocols].find(
      (name) => endpoint.codecFor(name) !== undefined,
    );
    const finish = (): void => this.#finish(endpoint, upgrade, request, stream, head);
    const { onConnect } = this.options.hooks;
    if (onConnect === undefined) finish();
    else {
      this.#ask(onConnect, upgrade).then(finish, (error: unknown) =>
        refuse(stream, this.#toRefusal(error)),
      );
    }
  }

  #check(endpoint: Endpoint, request: IncomingMessage, ip: string): Refusal | undefined {
    if (this.#state !== 'ready' || endpoint.routes === undefined) {
      return {
        status: 503,
        message: 'The server is not accepting connections',
        headers: RETRY_LATER,
      };
    }
    if (!this.#origins.allows(request.headers)) {
      const origin = String(request.headers.origin).slice(0, 256);
      this.#logger.warn(
        `Refused a connection from the origin ${JSON.stringify(origin)}; ` +
          `BounceWsModule.forRoot({ origins: [...] }) allows it`,
      );
      return { status: 403, message: 'The origin is not allowed' };
    }
    const message = this.admission.refusal(ip);
    return message === undefined ? undefined : { status: 503, message, headers: RETRY_LATER };
  }

  async #ask(hook: (upgrade: UpgradeContext) => unknown, upgrade: UpgradeContext): Promise<void> {
    const answer = hook(upgrade);
    if (isPromiseLike(answer)) await within(this.options.handshakeTimeoutMs, answer);
  }

  #finish(
    endpoint: Endpoint,
    upgrade: UpgradeContext,
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
  ): void {
    // The hook took its time: the server may have begun to close, or filled up.
    const refusal = upgrade.refusal ?? this.#check(endpoint, request, upgrade.handshake.ip);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return;
    }
    stream.off('error', ignoreReset);
    endpoint.upgrade(upgrade, request, stream, head, (ws) => {
      this.lifecycle.accept(endpoint, ws, request, upgrade.handshake);
    });
  }

  #toRefusal(error: unknown): Refusal {
    if (error instanceof HttpException && error.getStatus() < 500) {
      return { status: error.getStatus(), message: STATUS_CODES[error.getStatus()] ?? 'Refused' };
    }
    if (error instanceof BounceWsError) {
      const status = STATUS_OF_ERROR[error.code];
      if (status === 503) return { status, message: error.code, headers: RETRY_LATER };
      if (status !== undefined) return { status, message: error.code };
    }
    this.#logger.error(
      'The onConnect hook failed',
      error instanceof Error ? error.stack : String(error),
    );
    return { status: 500, message: 'Internal server error' };
  }
}

/**
 * To be put on a stream before anything is awaited: a client that resets the connection then would otherwise end the
 * process with an `error` event that nobody listens to.
 */
export function ignoreReset(): void {
  // The stream is destroyed by Node; whoever writes to it next sees that.
}

// Malformed lists are refused by `ws` itself.
function offeredSubprotocols({ headers }: IncomingMessage): ReadonlySet<string> {
  const offered = headers['sec-websocket-protocol']?.split(',') ?? [];
  return new Set(offered.map((name) => name.trim()).filter((name) => name !== ''));
}
