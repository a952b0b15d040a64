import { Inject, Injectable } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import { ANSWERED, type BounceSocket, type ReservedRoute } from '../connection/index.js';
import { BounceWsError, type ClientMessage, ReservedEvent } from '../protocol/index.js';
import type { ResolvedAuthOptions } from './auth.options.js';
import { SessionKeeper } from './session.keeper.js';
import { TokenVerifier } from './token.verifier.js';

/** Takes a token in a message: to begin with, or another one of the same user in time. */
@Injectable()
export class AuthenticateRoute implements ReservedRoute {
  readonly event = ReservedEvent.Authenticate;
  readonly beforeAuthentication = true;
  // What was sent after the token is handled as the user, or not at all.
  readonly alone = true;
  readonly offered: boolean;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly keeper: SessionKeeper,
    @Inject(BOUNCE_WS_OPTIONS) { auth }: Pick<ResolvedAuthOptions, 'auth'>,
  ) {
    this.offered = auth !== false;
  }

  handle(socket: BounceSocket, { id, data }: ClientMessage): Promise<unknown> {
    if (!this.keeper.mayTry(socket)) throw new BounceWsError('rate_limited');
    return this.#authenticate(socket, readToken(data), id !== undefined);
  }

  async #authenticate(socket: BounceSocket, token: string, isAnswered: boolean): Promise<unknown> {
    const user = await this.verifier.verify(token, socket.handshake);
    if (socket.userId !== null && socket.userId !== user.userId) {
      throw new BounceWsError('forbidden');
    }
    const expiresInMs = this.keeper.begin(socket, user);
    return isAnswered ? { userId: user.userId, expiresInMs } : ANSWERED;
  }
}

function readToken(data: unknown): string {
  const token: unknown =
    typeof data === 'object' && data !== null && Object.hasOwn(data, 'token')
      ? (data as { token: unknown }).token
      : undefined;
  if (typeof token === 'string') return token;
  throw new BounceWsError('invalid_payload', undefined, {
    details: { fields: [{ field: 'token', reason: 'must be a string' }] },
  });
}
