import { errors, type JWTHeaderParameters, jwtVerify, type JWTVerifyOptions } from 'jose';
import type { Observable } from 'rxjs';
import {
  type AuthenticatedUser,
  type Authenticator,
  isToken,
  type Revocation,
} from '../auth/index.js';
import { ConfigurationError } from '../common/index.js';
import { isUserId } from '../connection/index.js';
import { BounceWsError } from '../protocol/index.js';
import { jwtKey } from './jwt-key.js';
import type { JwtClaims, JwtOptions } from './jwt.options.js';

const CLOCK_TOLERANCE_MS = 5_000;

/** Headers by which a token brings its own key, or asks for rules of its own (RFC 7515, 4.1). None is ever right here. */
const REFUSED_HEADERS = ['jku', 'jwk', 'x5u', 'crit'] as const;

/**
 * Checks JSON Web Tokens, with `jose`. A token needs a signature of an algorithm in `algorithms`, `exp`, and a `sub` of 1 to
 * 256 characters, which is the user's id; `nbf`, `iss` and `aud` are checked. It has at most 4096 bytes.
 *
 * @example
 * BounceWsModule.forRoot({
 *   auth: {
 *     authenticator: new JwtAuthenticator({
 *       algorithms: ['HS256'],
 *       secret: process.env.JWT_SECRET ?? '',
 *       loadUser: (id) => users.find(id),
 *     }),
 *   },
 * });
 */
export class JwtAuthenticator implements Authenticator {
  readonly revoked$?: Observable<Revocation>;

  readonly #key: ReturnType<typeof jwtKey>;
  readonly #checks: JWTVerifyOptions;
  readonly #toleranceMs: number;
  readonly #loadUser: (sub: string, claims: JwtClaims) => unknown;

  /** @throws ConfigurationError for a weak or missing key, one that does not fit `algorithms`, or no `algorithms` */
  constructor(options: JwtOptions) {
    const { algorithms, issuer, audience, clockToleranceMs = CLOCK_TOLERANCE_MS } = options;
    if (!Number.isFinite(clockToleranceMs) || clockToleranceMs < 0) {
      throw new ConfigurationError('clockToleranceMs of JwtAuthenticator must not be negative');
    }
    this.#key = jwtKey(options);
    this.#toleranceMs = clockToleranceMs;
    this.#loadUser = options.loadUser ?? ((id, claims) => ({ id, claims }));
    this.#checks = {
      algorithms: [...algorithms],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: clockToleranceMs / 1_000,
      ...(issuer === undefined ? {} : { issuer: [issuer].flat() }),
      ...(audience === undefined ? {} : { audience: [audience].flat() }),
    };
    if (options.revoked$ !== undefined) this.revoked$ = options.revoked$;
  }

  /**
   * Says whose token it is.
   *
   * @throws BounceWsError `invalid_token`, `expired_token`, `user_not_found`; and whatever `loadUser` throws
   */
  async authenticate(token: string): Promise<AuthenticatedUser> {
    const claims = await this.#verify(token);
    const user = await this.#loadUser(claims.sub, claims);
    if (user === null || user === undefined) throw new BounceWsError('user_not_found');
    return {
      userId: claims.sub,
      user,
      // As long as a new connection with the same token would be let in.
      expiresAtMs: claims.exp * 1_000 + this.#toleranceMs,
      tokenId: typeof claims.jti === 'string' ? claims.jti : undefined,
    };
  }

  async #verify(token: string): Promise<JwtClaims> {
    if (!isToken(token)) throw new BounceWsError('invalid_token');
    try {
      const { payload, protectedHeader } = await this.#check(token);
      if (isTrustworthy(protectedHeader) && isUserId(payload.sub)) return payload as JwtClaims;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new BounceWsError('expired_token');
      if (!(error instanceof errors.JOSEError)) throw error;
    }
    throw new BounceWsError('invalid_token');
  }

  #check(token: string): ReturnType<typeof jwtVerify> {
    // Two overloads: a key, and a function that finds one.
    return typeof this.#key === 'function'
      ? jwtVerify(token, this.#key, this.#checks)
      : jwtVerify(token, this.#key, this.#checks);
  }
}

function isTrustworthy(header: JWTHeaderParameters): boolean {
  return !REFUSED_HEADERS.some((name) => Object.hasOwn(header, name));
}
