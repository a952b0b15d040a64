export {
  type AuthenticationOptions,
  type AuthOptions,
  resolveAuthentication,
  type ResolvedAuthenticationOptions,
  type ResolvedAuthOptions,
} from './auth.options.js';
export { AUTH_PROVIDERS } from './auth.providers.js';
export { AuthenticateRoute } from './authenticate.route.js';
export type { AuthenticatedUser, Authenticator, Revocation } from './authenticator.interface.js';
export { takeToken } from './handshake-token.js';
export { SessionKeeper } from './session.keeper.js';
export { isToken } from './token.js';
export { TokenVerifier } from './token.verifier.js';
