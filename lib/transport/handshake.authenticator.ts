import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import {
  type AuthenticatedUser,
  type ResolvedAuthOptions,
  takeToken,
  TokenVerifier,
} from '../auth/index.js';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import { Handshake } from '../connection/index.js';

/** Looks at the token that an upgrade request may bring. */
@Injectable()
export class HandshakeAuthenticator {
  constructor(
    private readonly verifier: TokenVerifier,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: Pick<ResolvedAuthOptions, 'auth'>,
  ) {}

  /**
   * Takes the token out of the request and says whose it is.
   *
   * @returns `undefined` when there is none, or nobody is asked for one; a promise that rejects with a BounceWsError
   */
  authenticate(
    request: IncomingMessage,
    path: string,
    ip: string,
  ): Promise<AuthenticatedUser> | undefined {
    if (this.options.auth === false) return undefined;
    try {
      const token = takeToken(request);
      if (token === undefined) return undefined;
      return this.verifier.verify(token, new Handshake(request, path, ip));
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
