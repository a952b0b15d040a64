import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { AUTHENTICATOR, BOUNCE_WS_OPTIONS, within } from '../common/index.js';
import { type Handshake, isUserId } from '../connection/index.js';
import { BounceWsError, type ErrorCode } from '../protocol/index.js';
import type { ResolvedAuthOptions } from './auth.options.js';
import type { AuthenticatedUser, Authenticator } from './authenticator.interface.js';
import { isToken, withoutToken } from './token.js';

/** What an authenticator can say to a client. */
const ANSWERS: ReadonlySet<ErrorCode> = new Set([
  'unauthenticated',
  'invalid_token',
  'expired_token',
  'user_not_found',
  'forbidden',
  'rate_limited',
  'timeout',
  'unavailable',
]);

const FORBIDDEN_STATUS = 403;
const SERVER_ERROR_STATUS = 500;

/** Asks the app's authenticator, and holds it to what it promises. */
@Injectable()
export class TokenVerifier {
  readonly #logger = new Logger('BounceWs');
  readonly #timeoutMs: number;

  constructor(
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator | undefined,
    @Inject(BOUNCE_WS_OPTIONS) { auth, handlerTimeoutMs }: ResolvedAuthOptions,
  ) {
    // Not longer than the handler of `authenticate` has: nobody may become known after the client was told "timeout".
    this.#timeoutMs = Math.min(auth === false ? Infinity : auth.timeoutMs, handlerTimeoutMs);
  }

  /**
   * Says whose token it is.
   *
   * @throws BounceWsError what the client is told; the token is in nothing that is thrown or logged
   */
  async verify(token: string, handshake: Handshake): Promise<AuthenticatedUser> {
    if (!isToken(token)) throw new BounceWsError('invalid_token');
    const user = await this.#ask(token, handshake);
    if (user === null || user === undefined) throw new BounceWsError('invalid_token');
    if (user.expiresAtMs !== undefined && !(user.expiresAtMs > Date.now())) {
      throw new BounceWsError('expired_token');
    }
    return user;
  }

  async #ask(token: string, handshake: Handshake): Promise<AuthenticatedUser | null | undefined> {
    try {
      const answer = Promise.resolve(this.authenticator?.authenticate(token, handshake));
      const user = await within(this.#timeoutMs, answer);
      if (user !== null && user !== undefined && !isUserId(user.userId)) {
        throw new TypeError('The authenticator returned a userId that is no user id');
      }
      return user;
    } catch (error) {
      throw this.#toClientError(error, token);
    }
  }

  #toClientError(error: unknown, token: string): BounceWsError {
    // A new one: message and cause of the app's may quote the token.
    if (error instanceof BounceWsError && ANSWERS.has(error.code)) {
      return new BounceWsError(error.code);
    }
    if (error instanceof HttpException && error.getStatus() < SERVER_ERROR_STATUS) {
      return new BounceWsError(
        error.getStatus() === FORBIDDEN_STATUS ? 'forbidden' : 'invalid_token',
      );
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#logger.error('The authenticator failed', withoutToken(text, token));
    return new BounceWsError('unavailable');
  }
}
