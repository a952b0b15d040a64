export type { AuthenticatedUser, Authenticator, Revocation } from '../auth/index.js';
export { JwtAuthenticator } from './jwt.authenticator.js';
export type { JwtAlgorithm, JwtChecks, JwtClaims, JwtOptions } from './jwt.options.js';
