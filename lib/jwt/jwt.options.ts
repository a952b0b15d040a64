import type { KeyObject } from 'node:crypto';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { Observable } from 'rxjs';
import type { Revocation } from '../auth/index.js';

/** The algorithms a token can be signed with: HMAC, RSA, elliptic curves, Ed25519. */
export type JwtAlgorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

/** The payload of a token whose signature, times, issuer and audience have been checked. */
export type JwtClaims = JWTPayload & { readonly sub: string; readonly exp: number };

/** What {@link JwtOptions} has whatever the key is. */
export interface JwtChecks {
  /** The algorithms that are accepted, and no others, whatever a token says of itself. */
  readonly algorithms: readonly JwtAlgorithm[];
  /** Who must have issued the token (`iss`): one of these. @default anybody with the key */
  readonly issuer?: string | readonly string[] | undefined;
  /** For whom the token must be (`aud`): one of these. @default for anybody */
  readonly audience?: string | readonly string[] | undefined;
  /** Milliseconds by which the clocks of the issuer and this server may differ. @default 5000 */
  readonly clockToleranceMs?: number | undefined;
  /**
   * Finds the user of a token. Called for each token, also when one is renewed, so it is also where a revoked token is
   * refused: by `null`, or a BounceWsError.
   *
   * @default { id: sub, claims }
   * @returns what handlers see as `client.user`; `null` or `undefined` refuses the token with `user_not_found`
   */
  readonly loadUser?: ((sub: string, claims: JwtClaims) => unknown) | undefined;
  /** See `Authenticator.revoked$`; the `tokenId` of a token is its `jti`. */
  readonly revoked$?: Observable<Revocation> | undefined;
}

/** How `JwtAuthenticator` checks tokens: exactly one of `secret`, `key` and `jwks`. */
export type JwtOptions = JwtChecks &
  (
    | {
        /** What issuer and server share, for HS256 to HS512: at least 32 bytes. */
        readonly secret: string | Uint8Array;
      }
    | {
        /** A public key, as `createPublicKey()` of `node:crypto` makes it, or a secret one. */
        readonly key: KeyObject;
      }
    | {
        /** The issuer's public keys. A token says with `kid` which one is its own, where several fit its algorithm. */
        readonly jwks: JSONWebKeySet;
      }
  );
