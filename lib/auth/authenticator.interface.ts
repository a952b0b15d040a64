import type { Observable } from 'rxjs';
import type { Handshake, Identity } from '../connection/index.js';

/** What a token says: who it is, and until when it may be believed. */
export interface AuthenticatedUser extends Identity {
  /** When the token ends, in milliseconds since 1970. The connection is closed then, unless it was renewed. @default never */
  readonly expiresAtMs?: number | undefined;
  /** What {@link Revocation} calls this very token by, such as the `jti` of a JWT. */
  readonly tokenId?: string | undefined;
}

/** A user, or one of their tokens, is not to be believed any more. */
export interface Revocation {
  readonly userId: string;
  /** Only the connections that this token opened or renewed last. @default all connections of the user */
  readonly tokenId?: string | undefined;
}

/**
 * Knows the user behind a token. Give one to the option `auth`; `JwtAuthenticator` of `bounce-ws/jwt` is one.
 *
 * @example
 * class SessionAuthenticator implements Authenticator {
 *   constructor(private readonly sessions: SessionStore) {}
 *
 *   async authenticate(token: string): Promise<AuthenticatedUser | null> {
 *     const session = await this.sessions.find(token);
 *     return session && { userId: session.userId, user: session.user, expiresAtMs: session.endsAtMs };
 *   }
 * }
 */
export interface Authenticator {
  /**
   * Looks at one token. Called once for each token that a client presents, before the upgrade or for `authenticate`;
   * never for two tokens of one connection at a time. It has `timeoutMs`; what it returns later is dropped. The token is
   * 1 to 4096 visible ASCII characters, and is in neither the handshake nor anything else that the app gets to see.
   *
   * @param handshake - the request the connection comes from
   * @returns the user; `null` or `undefined` for a token that is none, which the client sees as `invalid_token`
   * @throws BounceWsError what the client is told: `invalid_token`, `expired_token`, `user_not_found`, `forbidden`; or an
   *   HttpException below 500. Any other failure is logged, without the token, and is `unavailable` to the client
   */
  authenticate(
    token: string,
    handshake: Handshake,
  ): Promise<AuthenticatedUser | null | undefined> | AuthenticatedUser | null | undefined;

  /**
   * Announces what was revoked. The connections of this node that it concerns get `invalid_token` and are closed with
   * 4401. Subscribed to once, until the app stops; an error ends it and is logged.
   */
  readonly revoked$?: Observable<Revocation>;
}
