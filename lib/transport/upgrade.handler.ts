import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import type { AuthenticatedUser } from '../auth/index.js';
import { BOUNCE_WS_OPTIONS, isPromiseLike, within } from '../common/index.js';
import { ConnectionRegistry, Handshake } from '../connection/index.js';
import { BounceWsError, type ErrorCode } from '../protocol/index.js';
import { Admission } from './admission.js';
import { clientAddress } from './client-address.js';
import { CodecCatalogue } from './codec.catalogue.js';
import { ConnectionLifecycle } from './connection.lifecycle.js';
import type { Endpoint } from './endpoint.js';
import { HandshakeAuthenticator } from './handshake.authenticator.js';
import type { NodeState } from './node-state.js';
import { OriginPolicy } from './origin.policy.js';
import { refuse, type Refusal } from './refusal.js';
import type { ResolvedTransportOptions } from './transport.settings.js';
import { UpgradeContext } from './upgrade-context.js';

const RETRY_LATER = { 'Retry-After': '1' } as const;

const UNAUTHORIZED = 401;

// A 401 says what would help (RFC 9110, 15.5.2).
const WITH_A_TOKEN = { 'WWW-Authenticate': 'Bearer' } as const;

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

/** An upgrade request, with everything that is needed to answer it. */
interface Attempt {
  readonly endpoint: Endpoint;
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

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
    private readonly authenticator: HandshakeAuthenticator,
    private readonly connections: ConnectionRegistry,
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
    const attempt: Attempt = { endpoint, request, stream, head };
    const user = this.authenticator.authenticate(request, endpoint.path, ip);
    if (user === undefined) this.#prepare(attempt, ip, undefined);
    else {
      user.then(
        (known) => this.#prepare(attempt, ip, known),
        (error: unknown) => this.#prepare(attempt, ip, undefined, error),
      );
    }
  }

  #prepare(
    attempt: Attempt,
    ip: string,
    user: AuthenticatedUser | undefined,
    tokenError?: unknown,
  ): void {
    const { endpoint, request } = attempt;
    const offered = offeredSubprotocols(request);
    const upgrade = new UpgradeContext(new Handshake(request, endpoint.path, ip), offered, user);
    upgrade.tokenError = tokenError;
    const loading = this.codecs.prepare(offered);
    if (loading === undefined) this.#negotiate(attempt, upgrade);
    else void loading.then(() => this.#negotiate(attempt, upgrade));
  }

  #negotiate(attempt: Attempt, upgrade: UpgradeContext): void {
    const { endpoint, stream } = attempt;
    upgrade.subprotocol = [...upgrade.offeredSubprotocols].find(
      (name) => endpoint.codecFor(name) !== undefined,
    );
    const refusal = this.#refusalOfToken(endpoint, upgrade);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return;
    }
    const finish = (): void => this.#finish(attempt, upgrade);
    const { onConnect } = this.options.hooks;
    if (onConnect === undefined) finish();
    else {
      this.#ask(onConnect, upgrade).then(finish, (error: unknown) =>
        refuse(stream, this.#toRefusal(error)),
      );
    }
  }

  // Only now: whether a bad token is refused depends on what the client speaks.
  #refusalOfToken(
    endpoint: Endpoint,
    { subprotocol, tokenError }: UpgradeContext,
  ): Refusal | undefined {
    if (tokenError === undefined) return undefined;
    const refusal = this.#toRefusal(tokenError);
    const tolerates = endpoint.codecOf(subprotocol).toleratesBadTokens === true;
    return tolerates && refusal.status === UNAUTHORIZED ? undefined : refusal;
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

  #finish({ endpoint, request, stream, head }: Attempt, upgrade: UpgradeContext): void {
    const { handshake, identity } = upgrade;
    // Authenticator and hook took their time: the server may have begun to close, or filled up.
    const refusal =
      upgrade.refusal ??
      this.#check(endpoint, request, handshake.ip) ??
      this.#checkUser(identity?.userId);
    if (refusal !== undefined) {
      refuse(stream, refusal);
      return;
    }
    stream.off('error', ignoreReset);
    endpoint.upgrade(upgrade, request, stream, head, (ws) => {
      this.lifecycle.accept(endpoint, ws, request, upgrade);
    });
  }

  #checkUser(userId: string | undefined): Refusal | undefined {
    if (userId === undefined || this.connections.hasRoomFor(userId)) return undefined;
    return { status: 503, message: 'The user has too many connections', headers: RETRY_LATER };
  }

  #toRefusal(error: unknown): Refusal {
    if (error instanceof HttpException && error.getStatus() < 500) {
      return { status: error.getStatus(), message: STATUS_CODES[error.getStatus()] ?? 'Refused' };
    }
    if (error instanceof BounceWsError) {
      const status = STATUS_OF_ERROR[error.code];
      if (status === 503) return { status, message: error.code, headers: RETRY_LATER };
      if (status === UNAUTHORIZED) return { status, message: error.code, headers: WITH_A_TOKEN };
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
